import { expect } from "chai";
import { foldMart } from "../../src/marts/fold.ts";
import { nextRun } from "../../src/ops/next-run.ts";
import { martStatus } from "../../src/ops/status.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts, setTimeZone } from "../support/marts.ts";
import { addDeal } from "../support/sales.ts";

describe("martStatus", () => {
  let db: TestDatabase;
  beforeEach(async () => {
    db = await createTestDatabase();
  });
  afterEach(() => db.drop());

  const of = async (mart: string, now?: Date) =>
    (await martStatus(db.pool, now)).find((one) => one.mart === mart);
  const one = async (sql: string) => Object.values((await db.pool.query(sql)).rows[0])[0];

  it("knows every mart before its first refresh", async () => {
    expect(await of("sales_dashboard", new Date("2026-03-01T10:01:00Z"))).to.deep.equal({
      mart: "sales_dashboard",
      is_live: true,
      refreshed_at: null,
      duration_seconds: null,
      row_count: null,
      last_status: null,
      last_started_at: null,
      last_error: null,
      failure_count: 0,
      cron: "5 * * * *",
      changed_key_count: null,
      delta_key_count: 0,
      is_reset: false,
      folded_at: null,
      fold_seconds: null,
      fold_failure_count: 0,
      fold_error: null,
      drift: null,
      audited_at: null,
      audit_error: null,
      next_run_at: "2026-03-01T10:05:00.000Z",
      problem: "Mart sales_dashboard is not filled yet",
    });
  });

  it("tells the last success from what came after it", async () => {
    await refreshMarts(db.pool);
    const before = await of("sales_dashboard");
    expect(before?.refreshed_at).to.equal(
      (
        (await one(
          "SELECT snapshot_at FROM ops.refresh_runs WHERE mart = 'sales_dashboard'",
        )) as string
      )
        .replace(" ", "T")
        .replace(/(\.\d+)?\+00$/, (_, digits = ".") => `${digits.padEnd(7, "0")}Z`),
    );
    expect(before).to.include({ row_count: 0, last_status: "succeeded", problem: null });
    await db.pool.query(
      `INSERT INTO ops.refresh_runs (mart, kind, status, finished_at, error_message, worker)
       SELECT 'sales_dashboard', 'concurrent', 'failed', now(), 'out of order', 'w' FROM generate_series(1, 2)`,
    );
    expect(await of("sales_dashboard")).to.include({
      refreshed_at: before?.refreshed_at,
      last_status: "failed",
      last_error: "out of order",
      failure_count: 2,
      problem: "out of order (2 times in a row)",
    });
  });

  it("names no next run for a mart that follows another, or whose schedule is off", async () => {
    await db.pool.query(
      "UPDATE ops.refresh_schedule SET cron = NULL WHERE mart = 'signal_cut_points'",
    );
    expect(await of("signal_cut_points")).to.include({ next_run_at: null, is_live: false });
    await db.pool.query(
      "UPDATE ops.refresh_schedule SET is_enabled = false WHERE mart = 'sales_dashboard'",
    );
    expect(await of("sales_dashboard")).to.include({ next_run_at: null });
  });

  it("counts the keys that changed, before and after they are folded", async () => {
    const company = (await addRow(db.pool, "companies", { name: "Acme" })).id;
    for (let count = 0; count < 3; count++) await addDeal(db.pool, { company });
    await addDeal(db.pool, {});
    await refreshMarts(db.pool);
    expect(await of("sales_dashboard")).to.include({ changed_key_count: 0, delta_key_count: 0 });
    await db.pool.query("UPDATE crm.companies SET industry = 'Ships' WHERE id = $1", [company]);
    expect(await of("sales_dashboard")).to.include({ changed_key_count: 3, delta_key_count: 0 });
    await foldMart(db.pool, "sales_dashboard");
    await addDeal(db.pool, {});
    expect(await of("sales_dashboard")).to.include({ changed_key_count: 1, delta_key_count: 3 });
    await refreshMarts(db.pool);
    expect(await of("sales_dashboard")).to.include({ changed_key_count: 0, delta_key_count: 0 });
    await setTimeZone(db.pool, "Asia/Tokyo");
    expect(await of("sales_dashboard")).to.include({ is_reset: true, changed_key_count: null });
  });

  it("stops counting where many changes wait", async () => {
    const deals: string[] = [];
    for (let count = 0; count < 3; count++) deals.push(await addDeal(db.pool, {}));
    await refreshMarts(db.pool);
    const count = () => one("SELECT mart.changed_key_count('sales_dashboard', 6)");
    const change = "UPDATE crm.opportunities SET amount = amount + 1";
    await db.pool.query(change);
    await db.pool.query(change);
    expect(await count()).to.equal("3");
    await db.pool.query(`${change} WHERE id = $1`, [deals[0]]);
    expect(await count()).to.equal("7");
  });

  it("has what the last audit found, and how the folds go", async () => {
    await refreshMarts(db.pool);
    await db.pool.query(`
      INSERT INTO ops.audits (mart, started_at, snapshot_at, row_count, drift, worker)
      VALUES ('sales_dashboard', '2026-01-01', '2026-01-01', 10, 2, 'w');
      INSERT INTO ops.audits (mart, started_at, error_message, worker)
      VALUES ('sales_dashboard', now(), 'no time', 'w');
      INSERT INTO ops.fold_status (mart, folded_at, duration_ms, failure_count, failing_since, error_message)
      VALUES ('sales_dashboard', '2026-01-02', 12.3456, 3, now(), 'no space')`);
    expect(await of("sales_dashboard")).to.include({
      drift: 2,
      audited_at: "2026-01-01T00:00:00.000000Z",
      audit_error: "no time",
      folded_at: "2026-01-02T00:00:00.000000Z",
      fold_seconds: 0.012,
      fold_failure_count: 3,
      fold_error: "no space",
      problem:
        "Mart sales_dashboard differed from its definition in 2 rows at its last audit, and was refreshed since; " +
        "Changes of mart sales_dashboard were not folded: no space (3 times in a row); no time",
    });
  });

  it("notices that no worker has run for minutes", async () => {
    await refreshMarts(db.pool);
    await db.pool.query("CREATE SCHEMA pgboss; CREATE TABLE pgboss.version (cron_on timestamptz)");
    const problem = async (ago: string) => {
      await db.pool.query("TRUNCATE pgboss.version");
      await db.pool.query(`INSERT INTO pgboss.version SELECT now() - interval '${ago}'`);
      return (await of("sales_dashboard"))?.problem;
    };
    expect(await problem("1 minute")).to.equal(null);
    expect(await problem("5 minutes")).to.equal(
      "Mart sales_dashboard is neither refreshed nor folded: no worker is running",
    );
  });

  it("is what readers see too", async () => {
    await addDeal(db.pool, {});
    await refreshMarts(db.pool);
    await addDeal(db.pool, {});
    await db.pool.query(`
      INSERT INTO ops.audits (mart, started_at, snapshot_at, row_count, drift, worker)
      VALUES ('sales_dashboard', now(), now(), 10, 2, 'w')`);
    const rows = await readRows(
      db.pool,
      "SELECT mart, is_live, row_count, changed_key_count, drift FROM reporting.mart_freshness ORDER BY mart",
    );
    const status = await martStatus(db.pool);
    expect(rows).to.deep.equal(
      status.map(({ mart, is_live, row_count, changed_key_count, drift }) => ({
        mart,
        is_live,
        row_count: String(row_count),
        changed_key_count: changed_key_count === null ? null : String(changed_key_count),
        drift: drift === null ? null : String(drift),
      })),
    );
    expect(rows.find(({ mart }) => mart === "sales_dashboard")).to.include({
      row_count: "1",
      changed_key_count: "1",
      drift: "2",
    });
  });
});

describe("nextRun", () => {
  it("counts in the zone, also across a change of clocks", () => {
    const at = (from: string) =>
      nextRun("30 4 * * *", "America/New_York", new Date(from))?.toISOString();
    expect(at("2026-03-07T12:00:00Z")).to.equal("2026-03-08T08:30:00.000Z");
    expect(at("2026-03-06T12:00:00Z")).to.equal("2026-03-07T09:30:00.000Z");
  });

  it("knows none for an expression that cannot be read", () => {
    expect(nextRun("99 * * * *", "UTC")).to.equal(undefined);
  });
});
