import { expect } from "chai";
import { auditMart } from "../../src/marts/audit.ts";
import { auditAll } from "../../src/marts/audit-all.ts";
import { pruneAudits } from "../../src/marts/audit-runs.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { failureOf } from "../support/refusal.ts";
import { addDeal } from "../support/sales.ts";
import { waitUntil } from "../support/wait.ts";

describe("auditing marts", () => {
  let db: TestDatabase;
  beforeEach(async () => {
    db = await createTestDatabase();
    for (let count = 0; count < 5; count++) await addDeal(db.pool, {});
    await refreshMarts(db.pool);
  });
  afterEach(() => db.drop());

  const query = async (sql: string) => (await db.pool.query(sql)).rows;
  /** Writes past the triggers, as if capture had a hole. */
  const unseen = async (sql: string) => {
    await db.pool.query("ALTER TABLE crm.opportunities DISABLE TRIGGER USER");
    await db.pool.query(sql);
    await db.pool.query("ALTER TABLE crm.opportunities ENABLE TRIGGER USER");
  };
  const drift = async () => (await auditMart(db.pool, "sales_dashboard")).drift;

  it("finds none where every change is seen, folded or not", async () => {
    await db.pool.query("UPDATE crm.opportunities SET amount = amount + 1");
    expect(await drift()).to.equal(0);
    await foldMart(db.pool, "sales_dashboard");
    await db.pool.query(
      "DELETE FROM crm.opportunities WHERE id IN (SELECT min(id::text)::uuid FROM crm.opportunities)",
    );
    await addDeal(db.pool, {});
    expect(await drift()).to.equal(0);
    const [recorded] = await query(
      "SELECT mart, row_count, drift, error_message FROM ops.audits ORDER BY id DESC LIMIT 1",
    );
    expect(recorded).to.deep.equal({
      mart: "sales_dashboard",
      row_count: "5",
      drift: "0",
      error_message: null,
    });
  });

  it("counts the rows that only one side has, until a refresh repairs them", async () => {
    await unseen(`
      WITH numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS no FROM crm.opportunities),
      changed AS (
        UPDATE crm.opportunities SET amount = 7 FROM numbered WHERE numbered.id = opportunities.id AND no <= 2
      )
      DELETE FROM crm.opportunities USING numbered WHERE numbered.id = opportunities.id AND no = 3`);
    // Two rows differ on both sides each, one is only in the mart.
    expect(await drift()).to.equal(5);
    await refreshMart(db.pool, "sales_dashboard");
    expect(await drift()).to.equal(0);
    expect(await query("SELECT drift FROM ops.audits ORDER BY id")).to.deep.equal([
      { drift: "5" },
      { drift: "0" },
    ]);
  });

  it("finds a row that a layer gives twice", async () => {
    await db.pool.query("UPDATE crm.opportunities SET amount = 7");
    await foldMart(db.pool, "sales_dashboard");
    await db.pool.query("DELETE FROM mart.sales_dashboard_delta_keys");
    expect(await drift()).to.equal(5);
  });

  it("is about one instant, whatever is written meanwhile", async () => {
    const stop = new AbortController();
    const writing = (async () => {
      while (!stop.signal.aborted)
        await db.pool.query("UPDATE crm.opportunities SET amount = amount + 1");
    })();
    for (let count = 0; count < 20; count++) expect(await drift()).to.equal(0);
    stop.abort();
    await writing;
  });

  it("is not misled by a table that is emptied while it begins", async () => {
    const holder = await db.pool.connect();
    await holder.query("BEGIN; TRUNCATE crm.opportunities CASCADE");
    const auditing = auditMart(db.pool, "sales_dashboard");
    await waitUntil(
      db.pool,
      "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND mode = 'AccessShareLock'",
    );
    await holder.query("COMMIT");
    holder.release();
    expect(await auditing).to.include({ drift: 0, rowCount: 0 });
  });

  it("says why it came to no result, and records it", async () => {
    await db.pool.query("UPDATE ops.refresh_schedule SET timeout_seconds = 1");
    const holder = await db.pool.connect();
    await holder.query("BEGIN; LOCK TABLE crm.opportunities IN ACCESS EXCLUSIVE MODE");
    const slow = await failureOf(auditMart(db.pool, "sales_dashboard"));
    const cancelled = await failureOf(
      auditMart(db.pool, "sales_dashboard", AbortSignal.timeout(100)),
    );
    await holder.query("ROLLBACK");
    holder.release();
    expect([slow.code, slow.message]).to.deep.equal([
      "audit_failed",
      "Mart sales_dashboard was not audited: it took longer than 1 s (timeout_seconds in ops.refresh_schedule)",
    ]);
    expect(cancelled.message).to.equal("Mart sales_dashboard was not audited: it was cancelled");
    const recorded = await query("SELECT drift, error_message FROM ops.audits ORDER BY id");
    expect(recorded).to.deep.equal([
      { drift: null, error_message: slow.message },
      { drift: null, error_message: cancelled.message },
    ]);
  });

  it("passes over what is of its last refresh by design", async () => {
    const results = await auditAll(db.pool, undefined);
    const audited = Object.fromEntries(results.map(({ mart, audit }) => [mart, audit?.drift]));
    expect(audited).to.include({ sales_dashboard: 0, signal_cut_points: undefined });
    const live = await query("SELECT mart FROM mart.live_marts ORDER BY mart");
    expect(await query("SELECT mart FROM ops.audits ORDER BY mart")).to.deep.equal(live);
    expect((await failureOf(auditAll(db.pool, "nothing"))).code).to.equal("unknown_mart");
  });

  it("is forgotten after 90 days, except the last result", async () => {
    await db.pool.query(`
      INSERT INTO ops.audits (mart, started_at, snapshot_at, finished_at, row_count, drift, worker)
      SELECT 'old', day, day, day, 1, 0, 'w' FROM generate_series(now() - interval '200 days', now() - interval '95 days', '50 days') AS day;
      INSERT INTO ops.audits (mart, started_at, finished_at, error_message, worker)
      SELECT 'old', finished_at, finished_at, 'no', 'w' FROM ops.audits WHERE mart = 'old' ORDER BY id LIMIT 1`);
    await pruneAudits(db.pool);
    const kept = await query(
      "SELECT error_message IS NULL AS is_result FROM ops.audits WHERE mart = 'old' ORDER BY id",
    );
    expect(kept).to.deep.equal([{ is_result: true }, { is_result: false }]);
  });
});
