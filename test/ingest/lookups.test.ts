import { expect } from "chai";
import { Workbench } from "./support.ts";

describe("look-ups", () => {
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.open();
    await bench.rows(
      "INSERT INTO crm.companies (name, source) VALUES ('Acme', 'elsewhere'), ('Twin', 'a'), ('Twin', 'b')",
    );
    await bench.rows(
      "INSERT INTO crm.users (email, first_name, last_name) VALUES ('Ann@Example.com', 'Ann', 'Lee')",
    );
  });

  after(() => bench.close());

  const deals = (company: object, more: object = {}) => ({
    file: "deals.csv",
    table: "opportunities",
    columns: { external_id: "id", name: "id", company_id: company, ...more },
  });

  const companyOf = (id: string) =>
    bench.value(
      `SELECT companies.name FROM crm.opportunities JOIN crm.companies ON companies.id = company_id WHERE opportunities.external_id = '${id}'`,
    );

  it("find by name and address in any case, and say which are missing or ambiguous", async () => {
    const result = await bench.import(
      {
        "deals.csv":
          "id,company,rep\nl1,ACME,ann@example.COM\nl2,Nobody,\nl3,twin,\nl4,Acme,ghost@example.com\nl5,,\n",
      },
      [
        deals(
          { column: "company", lookup: { by: "name" } },
          { owner_user_id: { column: "rep", lookup: { by: "email" } } },
        ),
      ],
    );
    expect(await companyOf("l1")).to.equal("Acme");
    expect(
      result.steps[0]?.examples.map(({ line, column, value, reason }) => [
        line,
        column,
        value,
        reason,
      ]),
    ).to.deep.equal([
      [3, "company", "Nobody", 'there is no company with the name "Nobody"'],
      [4, "company", "twin", '2 records match: which company with the name "twin" is meant?'],
      [5, "rep", "ghost@example.com", 'there is no user with the email "ghost@example.com"'],
      [6, "company", "", "company_id is needed and this is blank"],
    ]);
  });

  it("create what is missing once, whatever its case", async () => {
    const file = { "deals.csv": "id,company\nc1,New Corp\nc2,NEW CORP\nc3,acme\n" };
    const step = deals({
      column: "company",
      lookup: { by: "name", create: { industry: "unknown" } },
    });
    const first = await bench.import(file, [step]);
    expect(first).to.include({ inserted: 3, rejected: 0 });
    expect(first.steps[0]?.notes).to.include("created in companies for company: 1");
    expect(await companyOf("c1")).to.equal(await companyOf("c2"));
    expect(
      await bench.value("SELECT industry FROM crm.companies WHERE lower(name) = 'new corp'"),
    ).to.equal("unknown");
    expect(await bench.import(file, [step])).to.include({ inserted: 0, updated: 0, unchanged: 3 });
    expect(
      await bench.value(
        "SELECT count(*)::integer FROM crm.companies WHERE lower(name) = 'new corp'",
      ),
    ).to.equal(1);
  });

  it("file blanks under a record of the mapping's choice, and leave it at that", async () => {
    const step = deals({ column: "company", lookup: { by: "name", when_blank: "Nobody named" } });
    const result = await bench.import(
      { "deals.csv": "id,company\nb1,\nb2,acme\nb3,\nb4,Unheard Of\n" },
      [step],
    );
    expect(result).to.include({ inserted: 3, rejected: 1 });
    expect(result.steps[0]?.notes).to.include(
      "2 rows had no company: filed under the company 'Nobody named'",
    );
    expect(await companyOf("b3")).to.equal("Nobody named");
    expect(
      await bench.value("SELECT count(*)::integer FROM crm.companies WHERE name = 'Unheard Of'"),
    ).to.equal(0);
  });

  it("may leave a missing record blank, and say so", async () => {
    const step = deals(
      { constant: "Acme", lookup: { by: "name" } },
      {
        owner_user_id: { column: "rep", lookup: { by: "full_name", when_missing: "blank" } },
      },
    );
    const result = await bench.import({ "deals.csv": "id,rep\nm1,ann lee\nm2,Bob Gone\n" }, [step]);
    expect(result).to.include({ inserted: 2, rejected: 0 });
    expect(result.steps[0]?.notes).to.include(
      "1 row named a user that is not there: owner_user_id left blank",
    );
    expect(
      await bench.value(
        "SELECT count(owner_user_id)::integer FROM crm.opportunities WHERE external_id IN ('m1', 'm2')",
      ),
    ).to.equal(1);
  });

  it("find rows of the same file, in any order", async () => {
    const step = {
      file: "tree.csv",
      table: "companies",
      columns: {
        external_id: "id",
        name: "name",
        employee_count: "size",
        parent_company_id: { column: "parent", lookup: { by: "external_id" } },
      },
    };
    const file = {
      "tree.csv":
        "id,name,parent,size\nleaf,Leaf,branch,1\nbranch,Branch,root,1\nroot,Root,,1\nlost,Lost,nowhere,1\nbad,Bad,,-1\nchild,Child of bad,bad,1\ngrand,Grandchild of bad,child,1\nself,Self,self,1\n",
    };
    const result = await bench.import(file, [step], { source: "tree" });
    expect(result.steps[0]?.examples.map(({ line, reason }) => [line, reason])).to.deep.equal([
      [5, 'there is no company with the external id "nowhere"'],
      [6, "must not be negative"],
      [7, 'there is no company with the external id "bad"'],
      [8, "points to line 7, which was rejected"],
      [9, "a company cannot be its own parent"],
    ]);
    expect(
      await bench.rows(
        "SELECT child.name, parent.name AS parent FROM crm.companies AS child LEFT JOIN crm.companies AS parent ON parent.id = child.parent_company_id WHERE child.source = 'tree' ORDER BY child.name",
      ),
    ).to.deep.equal([
      { name: "Branch", parent: "Root" },
      { name: "Leaf", parent: "Branch" },
      { name: "Root", parent: null },
    ]);
    expect(await bench.import(file, [step], { source: "tree" })).to.include({
      inserted: 0,
      updated: 0,
      unchanged: 3,
      rejected: 5,
    });
  });

  it("keep rows whose parent stands in the other half of the file, when the database refuses some", async () => {
    const step = {
      file: "people.csv",
      table: "users",
      columns: {
        external_id: "id",
        email: "email",
        manager_user_id: { column: "boss", lookup: { by: "external_id" } },
      },
    };
    const people = Array.from(
      { length: 32 },
      (_, index) => `p${index},p${index}@example.com,${index < 31 ? `p${index + 1}` : ""}`,
    );
    people.splice(20, 0, "clash,ANN@example.com,p3", "under clash,x@example.com,clash");
    const result = await bench.import(
      { "people.csv": `id,email,boss\n${people.join("\n")}\n` },
      [step],
      { source: "people" },
    );
    expect(result).to.include({ inserted: 32, rejected: 2 });
    expect(result.steps[0]?.examples[0]?.reason).to.equal(
      "lower(email) ann@example.com is taken by another row",
    );
    expect(result.steps[0]?.examples[1]?.reason).to.equal("points to a row that was not loaded");
    expect(
      await bench.value(
        "SELECT count(manager_user_id)::integer FROM crm.users WHERE source = 'people'",
      ),
    ).to.equal(31);
  });
});
