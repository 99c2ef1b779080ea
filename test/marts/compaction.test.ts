import { expect } from "chai";
import { overgrownMarts } from "../../src/marts/compaction.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { sweepLayers } from "../../src/marts/sweep.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { waitUntil } from "../support/wait.ts";

const CHANGED = [
  "mart.opportunities_log",
  "mart.sales_dashboard_delta",
  "mart.sales_dashboard_delta_keys",
];

describe("keeping layers small", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query("INSERT INTO crm.companies (name) VALUES ('Acme')");
    await refreshMarts(db.pool);
    // Or the server's own vacuum may come first.
    for (const table of CHANGED)
      await db.pool.query(`ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  });
  after(() => db.drop());

  const addDeals = (count: number) =>
    db.pool.query(
      "INSERT INTO crm.opportunities (name, company_id) SELECT 'Deal', id FROM crm.companies, generate_series(1, $1)",
      [count],
    );
  /** A refresh is followed by a rest of some times its duration. */
  const rested = () =>
    db.pool.query("UPDATE ops.refresh_runs SET finished_at = started_at, snapshot_at = started_at");

  it("calls for a refresh once much has been folded", async () => {
    await addDeals(10_000);
    await foldMart(db.pool, "sales_dashboard");
    await rested();
    expect(await overgrownMarts(db.pool)).to.deep.equal([]);
    await addDeals(1);
    await foldMart(db.pool, "sales_dashboard");
    expect(await overgrownMarts(db.pool)).to.deep.equal(["sales_dashboard"]);
  });

  it("gives the server a rest between refreshes", async () => {
    await db.pool.query("UPDATE ops.refresh_runs SET finished_at = now() + interval '1 hour'");
    expect(await overgrownMarts(db.pool)).to.deep.equal([]);
    await rested();
  });

  it("leaves a mart alone that is refreshed by hand", async () => {
    await db.pool.query("UPDATE ops.refresh_schedule SET is_enabled = false");
    expect(await overgrownMarts(db.pool)).to.deep.equal([]);
    await db.pool.query("UPDATE ops.refresh_schedule SET is_enabled = true");
  });

  it("vacuums and analyzes what has changed much, and only that", async () => {
    // Sessions tell the server what they did when they get round to it: all of it, or a late part would look like more.
    for (const table of CHANGED)
      await waitUntil(
        db.pool,
        `SELECT pg_stat_get_tuples_inserted('${table}'::regclass) >= 10001 FROM pg_stat_clear_snapshot()`,
      );
    const swept = await sweepLayers(db.pool, new Map());
    expect(swept).to.include.members(CHANGED);
    expect(swept).not.to.include("mart.conversations_log");
    const { rows } = await db.pool.query(
      "SELECT reltuples FROM pg_class WHERE oid = 'mart.sales_dashboard_delta'::regclass",
    );
    expect(rows).to.deep.equal([{ reltuples: 10_001 }]);
    expect(await sweepLayers(db.pool, new Map())).to.deep.equal([]);
  });

  it("calls for none after one", async () => {
    await refreshMarts(db.pool);
    await rested();
    expect(await overgrownMarts(db.pool)).to.deep.equal([]);
  });
});
