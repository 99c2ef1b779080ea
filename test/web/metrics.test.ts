import { expect } from "chai";
import { createPool } from "../../src/db/pool.ts";
import { auditMart } from "../../src/marts/audit.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addDeal, addSales } from "../support/sales.ts";
import { startWeb, type WebServer } from "../support/web.ts";

describe("/metrics", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await addSales(db.pool);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  /** Every figure by its name and labels, asked of a process that has not been asked before. */
  const scrape = async (pool = db.pool) => {
    const metricsToken = "scrapers-only-token";
    const web: WebServer = await startWeb(pool, { metricsToken });
    const headers = { Authorization: `Bearer ${metricsToken}` };
    const response = await web.get("/metrics", { headers });
    const text = await response.text();
    await web.close();
    expect(response.status).to.equal(200);
    const lines = text.split("\n").filter((line) => line && !line.startsWith("#"));
    return {
      response,
      text,
      figures: new Map(
        lines.map((line) => {
          const at = line.lastIndexOf(" ");
          return [line.slice(0, at), Number(line.slice(at + 1))];
        }),
      ),
    };
  };
  const of = (name: string, mart = "sales_dashboard") => `tidemark_mart_${name}{mart="${mart}"}`;
  const count = async (sql: string) => Number((await db.pool.query(sql)).rows[0].count);

  it("tells of every mart what the tables say", async () => {
    await auditMart(db.pool, "sales_dashboard");
    await db.pool.query("UPDATE crm.opportunities SET amount = 1 WHERE amount > 3000");
    await foldMart(db.pool, "sales_dashboard");
    await db.pool.query(
      "INSERT INTO ops.fold_status (mart, folded_at, duration_ms) VALUES ('sales_dashboard', now(), 250)",
    );
    await addDeal(db.pool, {});
    const { figures, response } = await scrape();
    expect(response.headers.get("content-type")).to.match(/^text\/plain; version=0\.0\.4/);
    const expected = {
      live: 1,
      problem: 0,
      rows: await count("SELECT count(*) FROM mart.sales_dashboard"),
      refresh_failures: 0,
      changed_keys: 1,
      delta_keys: await count("SELECT count(*) FROM mart.sales_dashboard_delta_keys"),
      fold_duration_seconds: 0.25,
      fold_failures: 0,
      drift_rows: 0,
    };
    for (const [name, value] of Object.entries(expected))
      expect(figures.get(of(name)), name).to.equal(value);
    const age = await count(
      "SELECT extract(epoch FROM now() - refreshed_at) AS count FROM reporting.mart_freshness WHERE mart = 'sales_dashboard'",
    );
    expect(figures.get(of("refresh_age_seconds"))).to.be.closeTo(age, 2);
    expect(figures.get(of("refresh_duration_seconds"))).to.be.greaterThan(0);
    expect(figures.get("tidemark_database_up")).to.equal(1);
    expect(figures.get("process_resident_memory_bytes")).to.be.greaterThan(1e6);
  });

  it("says nothing where there is nothing to say", async () => {
    const { figures } = await scrape();
    expect(figures.get(of("live", "signal_cut_points"))).to.equal(0);
    for (const name of ["drift_rows", "changed_keys", "fold_failures", "audit_age_seconds"])
      expect(figures.has(of(name, "signal_cut_points")), name).to.equal(false);
    expect(figures.has(of("drift_rows", "signal_outcomes"))).to.equal(false);
  });

  it("shows a refresh that fails, and a drift", async () => {
    await db.pool.query(`
      INSERT INTO ops.refresh_runs (mart, kind, status, finished_at, error_message, worker)
      SELECT 'signal_outcomes', 'concurrent', 'failed', now(), 'no', 'w' FROM generate_series(1, 2);
      INSERT INTO ops.audits (mart, started_at, snapshot_at, row_count, drift, worker)
      VALUES ('rep_weekly_scores', now(), now(), 9, 4, 'w')`);
    const { figures } = await scrape();
    expect(figures.get(of("refresh_failures", "signal_outcomes"))).to.equal(2);
    expect(figures.get(of("problem", "signal_outcomes"))).to.equal(1);
    expect(figures.get(of("drift_rows", "rep_weekly_scores"))).to.equal(4);
    expect(figures.get(of("problem", "rep_weekly_scores"))).to.equal(1);
  });

  it("goes on while the database is away", async () => {
    const nowhere = createPool("postgres://a:b@127.0.0.1:1/c", { name: "test" });
    const { figures, text } = await scrape(nowhere);
    await nowhere.end();
    expect(figures.get("tidemark_database_up")).to.equal(0);
    expect(text).not.to.match(/^tidemark_mart_/m);
    expect(figures.get("process_start_time_seconds")).to.be.greaterThan(0);
  });
});
