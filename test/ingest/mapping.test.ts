import { expect } from "chai";
import { rejection } from "../support/refusal.ts";
import { Workbench } from "./support.ts";

const FILES = { "a.csv": "id,name,when\n1,One,2024-01-01\n" };
const GOOD = { file: "a.csv", table: "products", columns: { external_id: "id", name: "name" } };

describe("a mapping that cannot be used", () => {
  let bench: Workbench;

  before(async () => {
    bench = await Workbench.open();
  });

  after(async () => {
    expect(
      await bench.value("SELECT count(*)::integer FROM crm.products"),
      "nothing is written",
    ).to.equal(0);
    await bench.close();
  });

  /** The message for one step; a good step stands before it, to show that it is not loaded either. */
  async function refused(step: object, options: object = {}) {
    const error = await rejection(bench.import(FILES, [GOOD, step], options));
    expect(error).to.have.property("code", "bad_mapping");
    return error.message;
  }

  const withColumn = (name: string, value: unknown, more: object = {}) =>
    refused({ ...GOOD, ...more, columns: { ...GOOD.columns, [name]: value } });

  it("names the place, and what is allowed there", async () => {
    expect(await refused({ ...GOOD, tabel: "x" })).to.match(
      /^steps\[1\]: "tabel" is not known here; allowed: about, name, file, table/,
    );
    expect(await refused({ ...GOOD, table: "invoices" })).to.match(
      /^steps\[1\]\.table: must be one of teams, users, companies/,
    );
    expect(await withColumn("family", { column: "name", trimm: true })).to.match(
      /^steps\[1\]\.columns\.family: "trimm" is not known here; allowed: about, column, constant/,
    );
    expect(await withColumn("family", { column: "name", constant: "x" })).to.match(
      /needs exactly one of column, constant, template/,
    );
    expect(await withColumn("family", { column: "name", unmapped: "drop" })).to.match(
      /^steps\[1\]\.columns\.family\.unmapped: must be one of keep, reject, blank/,
    );
    expect(await withColumn("family", 7)).to.match(
      /^steps\[1\]\.columns\.family: must be an object with about, column/,
    );
  });

  it("names a missing file or column", async () => {
    expect(await refused({ ...GOOD, file: "b.csv" })).to.match(
      /^steps\[1\]\.file: there is no file \/.*b\.csv$/,
    );
    expect(await withColumn("family", "famly")).to.match(
      /^steps\[1\]: a\.csv has no column "famly"; its columns: id, name, when/,
    );
    expect(await withColumn("family", { template: "{nam}" })).to.match(/has no column "nam"/);
  });

  it("names columns that the table does not have or that nobody may write", async () => {
    for (const column of ["colour", "id", "source", "updated_at"]) {
      expect(await withColumn(column, "name")).to.match(
        /products have no such column; allowed: name, family, description/,
      );
    }
    const users = {
      file: "a.csv",
      table: "users",
      columns: { external_id: "id", email: "name", password_hash: "name" },
    };
    expect(await refused(users)).to.match(/users have no such column/);
  });

  it("gets nothing past the list of names", async () => {
    const evil = 'products"; DROP TABLE crm.products; --';
    expect(await refused({ ...GOOD, table: evil })).to.match(/must be one of/);
    expect(await withColumn('name" = (SELECT 1); --', "name")).to.match(/have no such column/);
    expect(await withColumn("toString", "name")).to.match(/have no such column/);
    expect(await refused({ ...GOOD, table: "constructor" })).to.match(/must be one of/);
    const deals = (lookup: object) => ({
      file: "a.csv",
      table: "opportunities",
      columns: { external_id: "id", name: "name", company_id: { column: "name", lookup } },
    });
    expect(await refused(deals({ by: "name) OR true --" }))).to.match(
      /companies are found by external_id or name, not by "name\) OR true --"/,
    );
    expect(
      await refused(deals({ by: "name", create: { "name, source) SELECT 1; --": "x" } })),
    ).to.match(/companies have no such column to fill/);
  });

  it("says what a table needs", async () => {
    expect(await refused({ ...GOOD, columns: { name: "name" } })).to.match(
      /external_id is missing: it tells the next import which product is which/,
    );
    expect(await refused({ ...GOOD, columns: { external_id: "id" } })).to.match(
      /name is missing: every row of products needs it/,
    );
    const deal = {
      file: "a.csv",
      table: "opportunities",
      columns: { external_id: "id", name: "name", company_id: "name" },
    };
    expect(await refused(deal)).to.match(
      /company_id points to companies: say by lookup how to find the record/,
    );
    expect(await withColumn("family", { column: "name", lookup: { by: "name" } })).to.match(
      /family points to no other record/,
    );
  });

  it("says what is wrong with formats, zones and templates", async () => {
    expect(await withColumn("created_at", { column: "when", format: "jjjj-MM" })).to.match(
      /"jjjj-MM" is not a date format/,
    );
    expect(await withColumn("created_at", { column: "when", zone: "Mars/Olympus" })).to.match(
      /"Mars\/Olympus" is not a time zone/,
    );
    expect(await refused(GOOD, { zone: "Berlin" })).to.match(/^zone: "Berlin" is not a time zone/);
    expect(await withColumn("family", { template: "{name|shout}" })).to.match(
      /does not know "shout"; allowed after a column: first, last, lower/,
    );
    expect(
      await withColumn("family", "name", { stage_history: [{ stage: "Won", entered: "when" }] }),
    ).to.match(/is for the table opportunities only/);
    expect(await withColumn("family", "name", { signals: { a: "id" } })).to.match(
      /is for the table "conversation_signals" only/,
    );
    expect(await withColumn("family", "name", { custom_fields: { colour: "name" } })).to.match(
      /products have no custom fields/,
    );
  });

  it("is not JSON, or not there", async () => {
    const error = await rejection(bench.import({ "mapping.json": "" }, [], {}));
    expect(error.message).to.match(/^steps: must hold at least one step/);
  });
});
