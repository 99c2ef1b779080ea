import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { rejection } from "../support/refusal.ts";

describe("the capture of changes", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const logged = async (sql: string) => {
    const count = async () =>
      Number((await db.pool.query("SELECT count(*) FROM mart.opportunities_log")).rows[0].count);
    const before = await count();
    await db.pool.query(sql);
    return (await count()) - before;
  };

  it("watches every column that a reporting view shows", async () => {
    const { rows } = await db.pool.query(`
      SELECT view.oid::regclass || ': ' || concat_ws('.', behind.source, behind.column_name) AS missed
      FROM pg_class AS view
      CROSS JOIN mart.columns_behind(view.oid::regclass) AS behind
      LEFT JOIN mart.captured_tables AS captured ON captured.source = behind.source
      WHERE view.relnamespace = 'reporting'::regnamespace
        AND view.relkind = 'v'
        AND (captured.source IS NULL OR behind.column_name <> ALL (captured.watched))
        -- How the service itself is doing is no report's data.
        AND (behind.source::text !~ '^ops' OR behind.source = 'ops.settings'::regclass)`);
    expect(rows.map(({ missed }) => missed)).to.deep.equal([]);
  });

  it("refuses live layers over a definition that reads more than is captured", async () => {
    const error = await rejection(
      db.pool.query(`
        CREATE VIEW mart.widths_definition AS SELECT id, description, website
        FROM crm.opportunities JOIN crm.companies USING (id);
        CREATE MATERIALIZED VIEW mart.widths AS TABLE mart.widths_definition;
        SELECT mart.add_live_layers('widths', '{id}')`),
    );
    expect(error.message)
      .to.match(/crm.companies.website/)
      .and.match(/crm.opportunities.description/)
      .and.not.match(/opportunities.id/);
  });

  it("writes down what was touched, and leaves aside what nobody shows", async () => {
    const insert = `
      WITH company AS (INSERT INTO crm.companies (name) VALUES ('Acme') RETURNING id)
      INSERT INTO crm.opportunities (name, company_id) SELECT 'Deal', id FROM company, generate_series(1, 3)`;
    expect(await logged(insert)).to.equal(3);
    expect(await logged("UPDATE crm.opportunities SET amount = 1")).to.equal(3);
    expect(await logged("UPDATE crm.opportunities SET amount = 1")).to.equal(0);
    expect(await logged("UPDATE crm.opportunities SET description = 'new'")).to.equal(0);
    expect(await logged("DELETE FROM crm.opportunities")).to.equal(3);
  });

  it("tells of a change to the business zone, not of the same one written again", async () => {
    const resets = async (zone: string) => {
      await db.pool.query("DELETE FROM mart.resets");
      await db.pool.query(
        "UPDATE ops.settings SET value = $1 WHERE key = 'business_time_zone' AND value <> $1",
        [zone],
      );
      return (await db.pool.query("SELECT FROM mart.resets")).rowCount;
    };
    expect(await resets("Asia/Kolkata")).to.equal(1);
    expect(await resets("Asia/Kolkata")).to.equal(0);
  });
});
