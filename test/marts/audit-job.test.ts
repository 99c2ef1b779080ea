import { expect } from "chai";
import { PgBoss } from "pg-boss";
import { createLog } from "../../src/log.ts";
import { AUDIT_QUEUE } from "../../src/marts/audit-job.ts";
import { startWorker, type Worker } from "../../src/marts/worker.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addDeal } from "../support/sales.ts";
import { waitUntil } from "../support/wait.ts";

describe("the nightly audit", () => {
  let db: TestDatabase;
  let worker: Worker | undefined;
  let boss: PgBoss;

  before(async () => {
    db = await createTestDatabase();
    await addDeal(db.pool, {});
    await refreshMarts(db.pool);
    await db.pool.query("UPDATE ops.refresh_schedule SET is_enabled = false");
    worker = await startWorker({ url: db.url, log: createLog("silent"), pollSeconds: 0.5 });
    boss = new PgBoss({
      connectionString: db.url,
      schema: "pgboss",
      supervise: false,
      schedule: false,
    });
    await boss.start();
  });
  after(async () => {
    await boss?.stop();
    await worker?.stop();
    await db.drop();
  });

  const query = async (sql: string) => (await db.pool.query(sql)).rows;
  /** As the timetable does at night. @returns once all of it is done */
  const night = async () => {
    const id = await boss.send(AUDIT_QUEUE, null);
    await waitUntil(
      db.pool,
      `SELECT bool_and(state >= 'completed') AND bool_or(id = '${id}') FROM pgboss.job WHERE name = '${AUDIT_QUEUE}'`,
    );
  };

  it("is on the timetable once, after the hours that a change of clocks moves", async () => {
    expect(
      await query(`SELECT cron, timezone FROM pgboss.schedule WHERE name = '${AUDIT_QUEUE}'`),
    ).to.deep.equal([{ cron: "10 5 * * *", timezone: "UTC" }]);
  });

  it("audits every live mart", async () => {
    await night();
    expect(await query("SELECT mart, drift FROM ops.audits ORDER BY mart")).to.deep.equal(
      await query("SELECT mart, '0' AS drift FROM mart.live_marts ORDER BY mart"),
    );
  });

  it("refreshes a mart that has drifted, though no change of it is known", async () => {
    await db.pool.query(`
      ALTER TABLE crm.opportunities DISABLE TRIGGER capture_updates;
      UPDATE crm.opportunities SET amount = 7;
      ALTER TABLE crm.opportunities ENABLE TRIGGER capture_updates`);
    await night();
    const newest =
      "SELECT drift FROM ops.audits WHERE mart = 'sales_dashboard' ORDER BY id DESC LIMIT 1";
    expect(await query(newest)).to.deep.equal([{ drift: "2" }]);
    expect(await query("SELECT amount FROM mart.sales_dashboard")).to.deep.equal([
      { amount: "7.0000" },
    ]);
    await night();
    expect(await query(newest)).to.deep.equal([{ drift: "0" }]);
  });

  it("keeps an audit that failed for another try, and the others go on", async () => {
    await db.pool.query("ALTER VIEW mart.sales_dashboard_live RENAME TO away");
    const id = await boss.send(AUDIT_QUEUE, null);
    await waitUntil(
      db.pool,
      `SELECT bool_or(state = 'retry') FROM pgboss.job WHERE name = '${AUDIT_QUEUE}' AND singleton_key = 'sales_dashboard'`,
    );
    await waitUntil(
      db.pool,
      `SELECT bool_and(state >= 'completed') AND bool_or(id = '${id}') FROM pgboss.job
       WHERE name = '${AUDIT_QUEUE}' AND singleton_key IS DISTINCT FROM 'sales_dashboard'`,
    );
    const [failed] = await query(
      "SELECT mart, error_message FROM ops.audits WHERE error_message IS NOT NULL",
    );
    expect(failed.mart).to.equal("sales_dashboard");
    expect(failed.error_message).to.match(
      /^Mart sales_dashboard was not audited: relation .* does not exist$/,
    );
  });
});
