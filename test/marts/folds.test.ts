import { expect } from "chai";
import { createLog } from "../../src/log.ts";
import { startWorker, type Worker } from "../../src/marts/worker.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts, setTimeZone } from "../support/marts.ts";
import { waitUntil } from "../support/wait.ts";

const DEALS = "SELECT count(*)::int AS count FROM reporting.sales_dashboard";
const IS_FOLDED =
  "SELECT mart.unfolded_rows('sales_dashboard', 1) = 0 AND NOT mart.is_reset('sales_dashboard')";

describe("the folds of the worker", () => {
  let db: TestDatabase;
  const workers: Worker[] = [];

  beforeEach(async () => {
    db = await createTestDatabase();
    await db.pool.query("INSERT INTO crm.companies (name) VALUES ('Acme')");
    await refreshMarts(db.pool);
    // No refresh but those that the folds ask for.
    await db.pool.query("UPDATE ops.refresh_schedule SET cron = '30 4 1 1 *'");
  });
  afterEach(async () => {
    await stopAll();
    await db.drop();
  });

  const start = async (foldSeconds = 0.1) => {
    const worker = await startWorker({
      url: db.url,
      log: createLog("silent"),
      pollSeconds: 0.5,
      foldSeconds,
    });
    workers.push(worker);
  };
  const stopAll = () => Promise.all(workers.splice(0).map((worker) => worker.stop()));
  const until = (sql: string) => waitUntil(db.pool, sql);
  const addDeals = (count: number) =>
    db.pool.query(
      "INSERT INTO crm.opportunities (name, company_id) SELECT 'Deal', id FROM crm.companies, generate_series(1, $1)",
      [count],
    );
  const countDeals = async (): Promise<number> => (await readRows(db.pool, DEALS))[0].count;
  const countFolded = async () =>
    (await db.pool.query("SELECT count(*)::int AS count FROM mart.sales_dashboard_delta")).rows[0]
      .count;
  const status = async (columns: string) =>
    (await db.pool.query(`SELECT ${columns} FROM ops.fold_status WHERE mart = 'sales_dashboard'`))
      .rows[0];
  const countRuns = async () =>
    (
      await db.pool.query(
        "SELECT count(*)::int AS count FROM ops.refresh_runs WHERE mart = 'sales_dashboard'",
      )
    ).rows[0].count;

  it("put what changes into the delta, and prune the logs after it", async () => {
    await Promise.all([start(), start()]);
    await addDeals(3);
    await until("SELECT count(*) = 3 FROM mart.sales_dashboard_delta");
    expect(await countDeals()).to.equal(3);
    await until("SELECT key_count = 3 FROM ops.fold_status WHERE mart = 'sales_dashboard'");
    await until("SELECT count(*) = 0 FROM mart.opportunities_log");
    expect(await countRuns()).to.equal(1);
  });

  it("come sooner while changes go on", async () => {
    const everySeconds = 3;
    await start(everySeconds);
    await addDeals(1);
    await until("SELECT count(*) = 1 FROM mart.sales_dashboard_delta");
    const began = performance.now();
    const rounds = 4;
    for (let round = 1; round <= rounds; round += 1) {
      await addDeals(1);
      await until(`SELECT count(*) = ${round + 1} FROM mart.sales_dashboard_delta`);
    }
    expect(performance.now() - began).to.be.below((rounds / 2) * everySeconds * 1000);
  });

  it("fail without harm, leave the other marts alone, and try again", async () => {
    await db.pool.query(
      "ALTER TABLE mart.sales_dashboard_delta ADD CONSTRAINT broken CHECK (opportunity_name <> 'Deal')",
    );
    await start();
    await addDeals(1);
    await until("SELECT failure_count > 1 FROM ops.fold_status WHERE mart = 'sales_dashboard'");
    expect(await countDeals()).to.equal(1);
    const failed = await status("error_message, failing_since IS NOT NULL AS since");
    expect(failed.error_message).to.match(/violates check constraint/);
    expect(failed.since).to.equal(true);
    await until("SELECT mart.unfolded_rows('signal_outcomes', 1) = 0");
    await db.pool.query("ALTER TABLE mart.sales_dashboard_delta DROP CONSTRAINT broken");
    await until(IS_FOLDED);
    await until("SELECT failure_count = 0 FROM ops.fold_status WHERE mart = 'sales_dashboard'");
    expect(await status("error_message, failing_since")).to.deep.equal({
      error_message: null,
      failing_since: null,
    });
  });

  it("leave to a refresh what that does for less", async () => {
    await db.pool.query(`
      INSERT INTO ops.fold_status (mart, ms_per_key) VALUES ('sales_dashboard', 1000)`);
    await addDeals(3_001);
    await start();
    await until(IS_FOLDED);
    expect(await status("refresh_reason")).to.deep.equal({ refresh_reason: "backlog" });
    expect(await countFolded()).to.equal(0);
    expect(await countRuns()).to.equal(2);
    expect(await countDeals()).to.equal(3_001);
  });

  it("do it themselves where the refresh fails", async () => {
    await db.pool.query(`
      INSERT INTO ops.fold_status (mart, ms_per_key) VALUES ('sales_dashboard', 1000);
      DROP INDEX mart.sales_dashboard_key`);
    await addDeals(3_001);
    await start();
    await until(
      "SELECT count(*) > 0 FROM ops.refresh_runs WHERE mart = 'sales_dashboard' AND status = 'failed'",
    );
    expect(await countDeals()).to.equal(3_001);
    await until(IS_FOLDED);
    expect(await countFolded()).to.equal(3_001);
    expect(await countDeals()).to.equal(3_001);
  });

  it("ask for a refresh, once, when every row may have changed", async () => {
    await addDeals(1);
    await start();
    await until(IS_FOLDED);
    await setTimeZone(db.pool, "Pacific/Auckland");
    await until(IS_FOLDED);
    await until(
      "SELECT count(*) = 0 FROM pgboss.job WHERE name = 'refresh-mart' AND state < 'completed'",
    );
    expect(await status("refresh_reason")).to.deep.equal({ refresh_reason: "reset" });
    expect(await countRuns()).to.equal(2);
    await until("SELECT count(*) = 0 FROM mart.resets");
  });

  it("end at once with the worker", async () => {
    await start();
    const holder = await db.pool.connect();
    await holder.query("BEGIN; LOCK TABLE crm.companies IN ACCESS EXCLUSIVE MODE");
    await addDealsOf(holder, 1);
    await holder.query("COMMIT; BEGIN; LOCK TABLE crm.companies IN ACCESS EXCLUSIVE MODE");
    await until(
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%mart.fold(%' AND wait_event_type = 'Lock'",
    );
    const began = performance.now();
    await stopAll();
    expect(performance.now() - began).to.be.lessThan(10_000);
    await holder.query("ROLLBACK");
    holder.release();
    expect(await countDeals()).to.equal(1);
    await start();
    await until(IS_FOLDED);
  });
});

const addDealsOf = (
  client: { query(sql: string, values: unknown[]): Promise<unknown> },
  count: number,
) =>
  client.query(
    "INSERT INTO crm.opportunities (name, company_id) SELECT 'Deal', id FROM crm.companies, generate_series(1, $1)",
    [count],
  );
