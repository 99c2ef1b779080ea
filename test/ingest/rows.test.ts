import { expect } from "chai";
import { counts, readText, Workbench } from "./support.ts";

const companies = (more: object = {}, rest: object = {}) => ({
  file: "a.csv",
  table: "companies",
  columns: { external_id: "id", name: "name", ...more },
  ...rest,
});

describe("rows", () => {
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.open();
  });

  after(() => bench.close());

  it("are inserted, updated or left alone; a blank never undoes a default", async () => {
    const product = (text: string) =>
      bench.import(
        { "a.csv": text },
        [
          {
            file: "a.csv",
            table: "products",
            columns: {
              external_id: "id",
              name: "name",
              currency: "currency",
              family: "family",
              is_active: "active",
            },
          },
        ],
        { source: "again" },
      );
    expect(
      counts(await product("id,name,currency,family,active\n1,A one,EUR,x,no\n2,A two,,,\n")),
    ).to.include({ inserted: 2 });
    const second = await product(
      "id,name,currency,family,active\n1,A one,,,\n2,A two,,y,\n3,A three,USD,,yes\n",
    );
    expect(counts(second)).to.deep.equal({
      read: 3,
      inserted: 1,
      updated: 2,
      unchanged: 0,
      skipped: 0,
      rejected: 0,
    });
    expect(
      await bench.rows(
        "SELECT name, currency, family, is_active FROM crm.products WHERE source = 'again' ORDER BY external_id",
      ),
    ).to.deep.equal([
      { name: "A one", currency: "EUR", family: null, is_active: false },
      { name: "A two", currency: "USD", family: "y", is_active: true },
      { name: "A three", currency: "USD", family: null, is_active: true },
    ]);
  });

  it("are the source's own: the same id from elsewhere is another row", async () => {
    for (const source of ["one", "two"])
      await bench.import({ "a.csv": `id,name\nsame,From ${source}\n` }, [companies()], { source });
    expect(
      await bench.value("SELECT count(*)::integer FROM crm.companies WHERE external_id = 'same'"),
    ).to.equal(2);
  });

  it("that repeat a key are rejected, or passed over where the mapping says so", async () => {
    const file = { "a.csv": "id,name\nd1,First\nd1,Second\nd2,Other\n" };
    const strict = await bench.import(file, [companies()], { source: "repeat-1" });
    expect(strict.steps[0]?.examples).to.deep.equal([
      { line: 3, column: "id", value: "d1", reason: "the same company as in line 2" },
    ]);
    const first = await bench.import(file, [companies({}, { duplicates: "first" })], {
      source: "repeat-2",
    });
    expect(counts(first)).to.deep.equal({
      read: 3,
      inserted: 2,
      updated: 0,
      unchanged: 0,
      skipped: 1,
      rejected: 0,
    });
  });

  it("that the step is not about are skipped", async () => {
    const file = { "a.csv": "id,name,kind\n1,A,customer\n2,B,partner\n3,C,\n" };
    const only = (only: object) =>
      bench.import(file, [companies({}, { only })], { source: JSON.stringify(only) });
    expect(await only({ column: "kind", is: ["customer"] })).to.include({
      inserted: 1,
      skipped: 2,
    });
    expect(await only({ column: "kind", is_not: [""] })).to.include({ inserted: 2, skipped: 1 });
  });

  it("take values from templates, maps, name parts, blanks and defaults", async () => {
    const step = {
      file: "a.csv",
      table: "leads",
      columns: {
        external_id: { template: "lead-{line}" },
        first_name: { column: "who", part: "first_name" },
        last_name: { column: "who", part: "last_name" },
        email: { template: "{who|slug}@example.com" },
        company_name: { column: ["firm", "group"] },
        title: { template: "{job|upper}, {firm|or:no firm}" },
        status: { column: "state", map: { "1": "New", "2": "Working" }, unmapped: "reject" },
        lead_source: { column: "from", blank: ["-"], default: "web" },
        industry: { column: "trade", map: { shop: "retail" }, unmapped: "blank" },
      },
    };
    const text =
      'who,firm,group,job,state,from,trade\nLee, ,Group A,cto,1,-,shop\n" Mei-Mei Johns ",F,G,ceo,2,N/A,farm\nX Y,,,,3,,\n';
    const result = await bench.import({ "a.csv": text }, [step], {
      source: "values",
      blank: ["N/A"],
    });
    expect(
      await bench.rows(
        "SELECT external_id, first_name, last_name, email, company_name, title, status, lead_source, industry FROM crm.leads WHERE source = 'values' ORDER BY 1",
      ),
    ).to.deep.equal([
      {
        external_id: "lead-2",
        first_name: null,
        last_name: "Lee",
        email: "lee@example.com",
        company_name: "Group A",
        title: "CTO, no firm",
        status: "New",
        lead_source: "web",
        industry: "retail",
      },
      {
        external_id: "lead-3",
        first_name: "Mei-Mei",
        last_name: "Johns",
        email: "mei-mei-johns@example.com",
        company_name: "F",
        title: "CEO, F",
        status: "Working",
        lead_source: "web",
        industry: null,
      },
    ]);
    expect(result.steps[0]?.examples.map(({ reason }) => reason)).to.deep.equal([
      '"3" is not in the value map: 1, 2',
    ]);
    expect(result.steps[0]?.notes).to.include("2 rows had no from: lead_source is 'web'");
  });

  it("may be required to hold a value, always or under a condition, and within bounds", async () => {
    const step = companies({
      industry: { column: "trade", required: true, default: "unused" },
      employee_count: {
        column: "size",
        required: { column: "trade", is: ["shop"] },
        number: { min: 1, max: 100 },
      },
    });
    const text =
      "id,name,trade,size\n1,A,,5\n2,B,shop,\n3,C,farm,\n4,D,farm,0\n5,E,shop,101\n6,F,shop,100\n";
    const result = await bench.import({ "a.csv": text }, [step], { source: "required" });
    expect(result.inserted).to.equal(2);
    expect(
      result.steps[0]?.examples.map(({ line, column, reason }) => [line, column, reason]),
    ).to.deep.equal([
      [2, "trade", "trade is blank, and the mapping requires it"],
      [3, "size", "size is blank, and the mapping requires it"],
      [5, "size", '"0" is less than 1'],
      [6, "size", '"101" is more than 100'],
    ]);
  });

  it("fill custom fields of their declared types; others' fields stay", async () => {
    const custom_fields = {
      size: { column: "size", type: "number" },
      vip: { column: "vip", type: "boolean", true: ["ja"], false: ["nein"] },
      since: { column: "since", type: "date", format: "dd.MM.yyyy" },
      tier: { column: "tier", type: "choice", choices: ["gold", "silver"] },
    };
    const step = companies({}, { custom_fields, other_columns: "custom_fields" });
    const head = "id,name,size,vip,since,tier,Odd Column\n";
    const load = (text: string) =>
      bench.import({ "a.csv": head + text }, [step], { source: "custom" });
    const first = await load(
      '1,One,1.50,ja,31.12.2020,gold,"say ""hi"""\n2,Two,,,,,\n3,Three,big,,,,\n4,Four,,perhaps,,,\n5,Five,,,,bronze,\n',
    );
    expect(first).to.include({ inserted: 2, rejected: 3 });
    expect(first.steps[0]?.notes).to.include(
      "defined custom fields: odd_column, since, size, tier, vip",
    );
    expect(
      first.steps[0]?.examples.map(({ column, reason }) => `${column}: ${reason}`),
    ).to.deep.equal([
      'size: size: "big" is not a number',
      'vip: vip: "perhaps" is neither true nor false: ja, nein',
      'tier: tier: "bronze" is not one of gold, silver',
    ]);
    const fields = () =>
      bench.value(
        "SELECT custom_fields FROM crm.companies WHERE source = 'custom' AND external_id = '1'",
      );
    expect(await fields()).to.deep.equal({
      size: 1.5,
      vip: true,
      since: "2020-12-31",
      tier: "gold",
      odd_column: 'say "hi"',
    });
    await bench.rows(
      "INSERT INTO crm.custom_field_definitions (entity, key, label, data_type) VALUES ('companies', 'own', 'Own', 'text')",
    );
    await bench.rows(
      "UPDATE crm.companies SET custom_fields = custom_fields || '{\"own\": \"kept\"}' WHERE source = 'custom' AND external_id = '1'",
    );
    expect(await load('1,One,1.50,ja,31.12.2020,gold,"say ""hi"""\n')).to.include({
      updated: 0,
      unchanged: 1,
    });
    expect(await load("1,One,,ja,31.12.2020,gold,\n")).to.include({ updated: 1 });
    expect(await fields()).to.deep.equal({
      vip: true,
      since: "2020-12-31",
      tier: "gold",
      own: "kept",
    });
  });

  it("that only the database can judge are isolated, and the others loaded", async () => {
    await bench.rows("INSERT INTO crm.users (email) VALUES ('taken@example.com')");
    const step = { file: "a.csv", table: "users", columns: { external_id: "id", email: "email" } };
    const people = Array.from(
      { length: 300 },
      (_, index) => `u${index},person${index}@example.com`,
    );
    people[100] = "u100,TAKEN@example.com";
    people[200] = "u200,person7@example.com";
    const result = await bench.import({ "a.csv": `id,email\n${people.join("\n")}\n` }, [step], {
      source: "people",
    });
    expect(counts(result)).to.deep.equal({
      read: 300,
      inserted: 298,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      rejected: 2,
    });
    expect(result.steps[0]?.examples).to.deep.equal([
      {
        line: 102,
        column: "email",
        value: "TAKEN@example.com",
        reason: "lower(email) taken@example.com is taken by another row",
      },
      {
        line: 202,
        column: "email",
        value: "person7@example.com",
        reason: "lower(email) person7@example.com is taken by another row",
      },
    ]);
  });

  it("have keys that fit an index, and may have values that do not", async () => {
    const long = Array.from({ length: 5000 }, (_, index) =>
      ((index * 7919) % 36).toString(36),
    ).join("");
    const text = `id,name\n${long},A\n2,${long}${crypto.getRandomValues(new Uint32Array(5000)).join("")}\n3,C\n`;
    const result = await bench.import({ "a.csv": text }, [companies()], { source: "long" });
    expect(result).to.include({ inserted: 1, rejected: 2 });
    expect(result.steps[0]?.examples[0]?.reason).to.match(/is longer than 500 characters$/);
    expect(result.steps[0]?.examples[1]?.reason).to.match(/^too long for an index: /);
  });

  it("that are rejected stand in a file with line, column, value and reason", async () => {
    const result = await bench.import(
      { "a.csv": 'id,name,n\n1,A,x\n2,"B ""b"", c",-1\n' },
      [companies({ employee_count: "n" })],
      { source: "rejects" },
    );
    expect(await readText(result.rejects_file ?? "")).to.equal(
      'step,file,line,column,value,reason\na.csv to companies,a.csv,2,n,x,"""x"" is not a number"\na.csv to companies,a.csv,3,n,-1,must not be negative\n',
    );
  });
});
