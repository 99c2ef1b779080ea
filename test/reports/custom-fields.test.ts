import { expect } from "chai";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addDeal, addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

const FIELDS = [
  ["opportunities", "tier", "choice", ["gold", "silver"]],
  ["opportunities", "seats", "number", null],
  ["opportunities", "is_partner", "boolean", null],
  ["opportunities", "go_live_on", "date", null],
  ["opportunities", "note", "text", null],
  ["companies", "region", "choice", ["EU", "US"]],
  ["companies", "tier", "choice", ["A", "B"]],
] as const;

describe("custom fields as filters", () => {
  let db: TestDatabase;
  let web: WebServer;
  let ann: string;

  before(async () => {
    db = await createTestDatabase();
    let bob: string;
    ({ ann, bob } = await addSales(db.pool));
    for (const [entity, key, type, allowed] of FIELDS)
      await db.pool.query(
        `INSERT INTO crm.custom_field_definitions (entity, key, label, data_type, allowed_values)
         VALUES ($1, $2, $2, $3, $4)`,
        [entity, key, type, allowed],
      );
    const company = async (region: string) =>
      (await addRow(db.pool, "companies", { name: region, custom_fields: { region } })).id;
    const [eu, us] = [await company("EU"), await company("US")];
    const deal = (owner: string, on: unknown, amount: string, custom_fields: object) =>
      addDeal(db.pool, { owner, company: on, amount, custom_fields });
    await deal(ann, eu, "1", { tier: "gold", seats: 12.5, is_partner: true, note: `it's "so"` });
    await deal(ann, us, "20", { tier: "silver", seats: 12.5, go_live_on: "2026-12-01" });
    await deal(bob, us, "300", { tier: "gold", is_partner: false });
    await refreshMarts(db.pool);
    web = await startWeb(db.pool);
  });
  after(async () => {
    await web.close();
    await db.drop();
  });

  const sum = async (query: string) => {
    const page = await readReport(db.pool, "opportunities", `period=all&${query}`);
    return Number(sectionOf(page, "summary").rows[0]?.amount);
  };

  it("find the records that have one of the values in each field", async () => {
    expect(await sum("cf.tier=gold")).to.equal(301);
    expect(await sum("cf.tier=gold&cf.tier=silver")).to.equal(321);
    expect(await sum("cf.tier=gold&cf.is_partner=true")).to.equal(1);
    expect(await sum("cf.seats=12.50")).to.equal(21);
    expect(await sum("cf.seats=0012.5")).to.equal(21);
    expect(await sum("cf.go_live_on=2026-12-01")).to.equal(20);
    expect(await sum(`cf.note=${encodeURIComponent(`it's "so"`)}`)).to.equal(1);
    expect(await sum("cf.note=nobody")).to.equal(0);
  });

  it("include those of the company; of two of one name, the record's own counts", async () => {
    expect(await sum("cf.region=US")).to.equal(320);
    expect(await sum("cf.region=US&cf.tier=gold")).to.equal(300);
    const refused = await web.get("/reports/opportunities.json?cf.tier=A");
    expect(refused.status).to.equal(400);
  });

  it("go along to the rows behind a number, and out of quotas", async () => {
    const page = await readReport(db.pool, "sales-dashboard", "period=all&cf.tier=gold");
    expect(sectionOf(page, "summary").rows[0]).to.include({ won_amount: "301.0000" });
    const html = await (await web.get("/reports/sales-dashboard?period=all&cf.tier=gold")).text();
    expect(html).to.include("cf.tier&#x3D;gold&amp;deals&#x3D;won");
  });

  it("show at once what a field has become", async () => {
    const before = await web.get("/reports/opportunities.json?period=all&cf.region=EU");
    const tag = before.headers.get("etag") ?? "";
    expect(((await before.json()) as unknown[]).length).to.equal(1);
    await db.pool.query(
      `UPDATE crm.companies SET custom_fields = '{"region":"EU"}' WHERE name = 'US'`,
    );
    const path = "/reports/opportunities.json?period=all&cf.region=EU";
    const after = await web.get(path, { headers: { "If-None-Match": tag } });
    expect(after.status).to.equal(200);
    expect(((await after.json()) as unknown[]).length).to.equal(3);
    await db.pool.query(
      `UPDATE crm.companies SET custom_fields = '{"region":"US"}' WHERE name = 'US'`,
    );
  });

  it("are refused where they fit no value of the field, and named where they are not known", async () => {
    const refuse = async (query: string) => {
      const response = await web.get(`/reports/opportunities.json?${query}`);
      expect(response.status, query).to.equal(400);
      return ((await response.json()) as { error: { allowed: string[]; parameter: string } }).error;
    };
    expect(await refuse("cf.tier=tin")).to.deep.include({
      parameter: "cf.tier",
      allowed: ["gold", "silver"],
    });
    expect((await refuse("cf.seats=many")).parameter).to.equal("cf.seats");
    expect((await refuse("cf.is_partner=yes")).allowed).to.deep.equal(["true", "false"]);
    expect((await refuse("cf.go_live_on=2026-02-30")).parameter).to.equal("cf.go_live_on");
    expect((await refuse(`cf.note=${"x".repeat(201)}`)).parameter).to.equal("cf.note");
    expect((await refuse("cf.ghost=1")).allowed).to.include.members(["owner", "cf.region"]);
  });

  it("tell nobody of a record that is not theirs", async () => {
    const rep = await startWeb(db.pool, { userId: ann });
    try {
      await db.pool.query(
        `INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = 'Sales Representative'`,
        [ann],
      );
      const response = await rep.get("/reports/opportunities.json?period=all&cf.tier=gold");
      expect(
        ((await response.json()) as { amount: number }[]).map(({ amount }) => amount),
      ).to.deep.equal([1]);
      const client = await db.pool.connect();
      try {
        await client.query("BEGIN; SET LOCAL ROLE tidemark_reader");
        await client.query("SELECT set_config('tidemark.viewer', $1, true)", [ann]);
        const { rows } = await client.query(
          `SELECT count(*)::int AS n FROM reporting.opportunities_with('{"opportunities":[[{"tier":"gold"}]]}')`,
        );
        expect(rows).to.deep.equal([{ n: 1 }]);
      } finally {
        await client.query("ROLLBACK");
        client.release();
      }
    } finally {
      await rep.close();
    }
  });

  it("are looked up in the index", async () => {
    await db.pool.query(`
      INSERT INTO crm.opportunities (name, company_id, custom_fields)
      SELECT 'Deal', (SELECT id FROM crm.companies LIMIT 1), jsonb_build_object('note', 'n' || n) FROM generate_series(1, 20000) AS n;
      ANALYZE crm.opportunities`);
    const { rows } = await db.pool.query<{ condition: string }>(
      `SELECT crm.custom_field_condition('[[{"note":"n7"},{"note":"n8"}],[{"note":"n8"}]]') AS condition`,
    );
    const plan = await db.pool.query(
      `EXPLAIN SELECT id FROM crm.opportunities WHERE ${rows[0]?.condition}`,
    );
    const text = plan.rows.map((row) => Object.values(row)[0]).join("\n");
    expect(text).to.include("opportunities_custom_fields_idx").and.not.include("Seq Scan");
  });
});
