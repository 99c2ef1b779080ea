import { expect } from "chai";
import { createLog } from "../../src/log.ts";
import { listMarts } from "../../src/marts/registry.ts";
import { startWorker, type Worker } from "../../src/marts/worker.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { setTimeZone } from "../support/marts.ts";
import { waitUntil } from "../support/wait.ts";

describe("the worker", () => {
  let db: TestDatabase;
  const workers: Worker[] = [];

  beforeEach(async () => {
    db = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await db.drop();
  });

  const start = async () => {
    const worker = await startWorker({
      url: db.url,
      log: createLog("silent"),
      syncSeconds: 0.2,
      pollSeconds: 0.5,
      retrySeconds: 1,
    });
    workers.push(worker);
    return worker;
  };
  const stopAll = () => Promise.all(workers.splice(0).map((worker) => worker.stop()));
  const until = (sql: string) => waitUntil(db.pool, sql);
  const query = async (sql: string) => (await db.pool.query(sql)).rows;
  /** Nothing runs by itself during a test that asks for single refreshes. */
  const clearTimetable = () => db.pool.query("UPDATE ops.refresh_schedule SET is_enabled = false");
  const filled = () =>
    until(
      "SELECT bool_and(relispopulated) FROM pg_class WHERE relnamespace = 'mart'::regnamespace AND relkind = 'm'",
    );

  /** Stopping would cancel what is still to be done. */
  const idle = () =>
    until(
      "SELECT count(*) = 0 FROM pgboss.job WHERE name = 'refresh-mart' AND state < 'completed'",
    );

  it("fills the marts, and those after them that read them", async () => {
    await start();
    await filled();
    expect((await listMarts(db.pool)).every(({ isPopulated }) => isPopulated)).to.equal(true);
  });

  it("starts in several processes at once, which share the work", async () => {
    await clearTimetable();
    await db.pool.query("UPDATE ops.refresh_schedule SET is_enabled = true WHERE cron IS NULL");
    await Promise.all(Array.from({ length: 5 }, start));
    await filled();
    await idle();
    await stopAll();
    const rows = await query("SELECT DISTINCT status FROM ops.refresh_runs");
    expect(rows).to.deep.equal([{ status: "succeeded" }]);
    const overlaps = await query(`
      SELECT count(*) FROM ops.refresh_runs AS one
      JOIN ops.refresh_runs AS other ON other.mart = one.mart AND other.id > one.id
        AND (other.started_at, other.finished_at) OVERLAPS (one.started_at, one.finished_at)`);
    expect(overlaps).to.deep.equal([{ count: "0" }]);
  });

  it("follows the schedule table and the business zone while it runs", async () => {
    await start();
    const timetable = () =>
      query(
        "SELECT key, cron, timezone FROM pgboss.schedule WHERE name = 'refresh-mart' ORDER BY key",
      );
    const planned = await query(
      "SELECT mart AS key, cron, 'UTC' AS timezone FROM ops.refresh_schedule WHERE cron IS NOT NULL ORDER BY mart",
    );
    expect(planned.length).to.be.greaterThan(2);
    expect(await timetable()).to.deep.equal(planned);
    await setTimeZone(db.pool, "Europe/Berlin");
    await db.pool.query(`
      UPDATE ops.refresh_schedule SET cron = '30 4 * * *' WHERE mart = 'sales_dashboard';
      UPDATE ops.refresh_schedule SET is_enabled = false WHERE mart = 'rep_weekly_scores'`);
    await until(
      `SELECT count(*) = ${planned.length - 1} AND bool_and(timezone = 'Europe/Berlin')
       FROM pgboss.schedule WHERE name = 'refresh-mart'`,
    );
    expect((await timetable()).find(({ key }) => key === "sales_dashboard")).to.deep.equal({
      key: "sales_dashboard",
      cron: "30 4 * * *",
      timezone: "Europe/Berlin",
    });
  });

  it("goes on with the other schedules when one cannot be read", async () => {
    await db.pool.query(
      "UPDATE ops.refresh_schedule SET cron = '99 * * * *' WHERE mart = 'rep_weekly_scores'",
    );
    await start();
    await until(
      `SELECT count(*) = (SELECT count(cron) - 1 FROM ops.refresh_schedule)
       FROM pgboss.schedule WHERE name = 'refresh-mart'`,
    );
  });

  it("makes up, once, for what came due while it was down", async () => {
    await db.pool.query(
      "UPDATE ops.refresh_schedule SET cron = '30 4 1 * *' WHERE mart = 'sales_dashboard'; " +
        "UPDATE ops.refresh_schedule SET is_enabled = false WHERE mart <> 'sales_dashboard'",
    );
    await start();
    await filled();
    await stopAll();
    const before = await query(
      "SELECT count(*) FROM ops.refresh_runs WHERE mart = 'sales_dashboard'",
    );
    // What has not changed needs no refresh.
    await db.pool.query(
      "WITH company AS (INSERT INTO crm.companies (name) VALUES ('Acme') RETURNING id) " +
        "INSERT INTO crm.opportunities (name, company_id) SELECT 'Deal', id FROM company",
    );
    // As if the last worker had been stopped three months ago.
    await db.pool.query(`
      UPDATE pgboss.version SET cron_on = now() - interval '3 months';
      UPDATE pgboss.schedule SET created_on = now() - interval '1 year'`);
    await start();
    await until(
      `SELECT count(*) > ${before[0].count} FROM ops.refresh_runs WHERE mart = 'sales_dashboard' AND status = 'succeeded'`,
    );
    await idle();
    const after = await query(
      "SELECT count(*) FROM ops.refresh_runs WHERE mart = 'sales_dashboard'",
    );
    expect(Number(after[0].count) - Number(before[0].count)).to.equal(1);
  });

  it("tries again after a failure", async () => {
    await clearTimetable();
    await db.pool.query("UPDATE ops.refresh_schedule SET timeout_seconds = 1");
    const holder = await db.pool.connect();
    await holder.query("BEGIN; LOCK TABLE crm.opportunities IN ACCESS EXCLUSIVE MODE");
    await start();
    await until(
      "SELECT count(*) > 0 FROM ops.refresh_runs WHERE mart = 'sales_dashboard' AND status = 'failed'",
    );
    await holder.query("ROLLBACK");
    holder.release();
    await filled();
  });

  it("closes the runs that a killed process left behind", async () => {
    await clearTimetable();
    await db.pool.query(
      "INSERT INTO ops.refresh_runs (mart, kind, worker) VALUES ('sales_dashboard', 'concurrent', 'gone 1')",
    );
    await start();
    await until(
      "SELECT count(*) = 0 FROM ops.refresh_runs WHERE worker = 'gone 1' AND status = 'running'",
    );
  });

  it("makes partitions ahead, and forgets old runs but the last success", async () => {
    await db.pool.query(`
      DO $$
      DECLARE parent text;
      BEGIN
        FOREACH parent IN ARRAY ARRAY['activity_contacts', 'activity_opportunities', 'activity_cases', 'activity_companies', 'activities'] LOOP
          EXECUTE format('DROP TABLE crm.%I CASCADE', parent || to_char(now() + interval '3 months', '"_y"YYYY"m"MM'));
        END LOOP;
      END $$;
      INSERT INTO ops.refresh_runs (mart, kind, status, started_at, snapshot_at, finished_at, row_count, worker)
      SELECT 'old', 'concurrent', 'succeeded', day, day, day, 1, 'w'
      FROM generate_series(now() - interval '200 days', now() - interval '100 days', '50 days') AS day`);
    await start();
    await until(
      "SELECT to_regclass('crm.activities' || to_char(now() + interval '3 months', '\"_y\"YYYY\"m\"MM')) IS NOT NULL",
    );
    await until("SELECT count(*) = 1 FROM ops.refresh_runs WHERE mart = 'old'");
  });

  it("stops within bounds in the middle of a refresh, which is done again at the next start", async () => {
    await clearTimetable();
    const holder = await db.pool.connect();
    await holder.query("BEGIN; LOCK TABLE crm.opportunities IN ACCESS EXCLUSIVE MODE");
    await start();
    await until(
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'REFRESH%' AND wait_event_type = 'Lock'",
    );
    const began = performance.now();
    await stopAll();
    expect(performance.now() - began).to.be.lessThan(10_000);
    await holder.query("ROLLBACK");
    holder.release();
    const cut = await query(
      "SELECT DISTINCT status FROM ops.refresh_runs WHERE error_message LIKE '%cancelled'",
    );
    expect(cut).to.deep.equal([{ status: "failed" }]);
    await start();
    await filled();
  });
});
