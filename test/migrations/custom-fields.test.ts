import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { rejection } from "../support/refusal.ts";

describe("custom fields", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
    await db.pool.query(
      `INSERT INTO crm.custom_field_definitions (entity, key, label, data_type, allowed_values)
       VALUES
         ('companies', 'sector', 'Sector', 'text', NULL),
         ('companies', 'score', 'Score', 'number', NULL),
         ('companies', 'is_key', 'Key account', 'boolean', NULL),
         ('companies', 'since', 'Customer since', 'date', NULL),
         ('companies', 'tier', 'Tier', 'choice', '{gold,silver}')`,
    );
  });
  after(() => db.drop());

  const add = (fields: unknown) =>
    db.pool.query("INSERT INTO crm.companies (name, custom_fields) VALUES ('Northwind', $1)", [
      JSON.stringify(fields),
    ]);

  it("takes defined fields in their type", async () => {
    await add({ sector: "Energy", score: 4.5, is_key: true, since: "2024-02-29", tier: "gold" });
    await add({});
  });

  const refused: [string, unknown, RegExp][] = [
    ["a field that is not defined", { colour: "red" }, /"colour" is not defined for companies/],
    ["a number where text is due", { sector: 7 }, /"sector" takes a text/],
    ["text where a number is due", { score: "7" }, /"score" takes a number/],
    ["text where a boolean is due", { is_key: "yes" }, /"is_key" takes a boolean/],
    ["a day that does not exist", { since: "2023-02-29" }, /"since" takes a date/],
    ["a date in another form", { since: "29.02.2024" }, /"since" takes a date/],
    [
      "a choice that is not offered",
      { tier: "bronze" },
      /"tier" takes a value out of gold, silver/,
    ],
    ["a JSON null", { sector: null }, /"sector" takes a text/],
    ["anything but an object", ["sector"], /must be a JSON object/],
  ];
  for (const [what, fields, message] of refused) {
    it(`refuses ${what}`, async () => {
      const error = await rejection(add(fields));
      expect(error.message).to.match(message);
      expect(error.code).to.equal("23514");
    });
  }

  it("refuses a definition that would leave stored values undefined", async () => {
    const drop = db.pool.query("DELETE FROM crm.custom_field_definitions WHERE key = 'sector'");
    expect((await rejection(drop)).message).to.match(/"sector" of companies is in use/);
    const narrow = db.pool.query(
      "UPDATE crm.custom_field_definitions SET allowed_values = '{silver}' WHERE key = 'tier'",
    );
    expect((await rejection(narrow)).message).to.match(/"tier" of companies is in use/);
    await db.pool.query(
      "UPDATE crm.custom_field_definitions SET allowed_values = '{gold,silver,tin}' WHERE key = 'tier'",
    );
  });
});
