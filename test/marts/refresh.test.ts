import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { refreshMart } from "../../src/marts/refresh.ts";
import { fillUnpopulated, refreshAll, refreshFrom } from "../../src/marts/refresh-all.ts";
import { assertSeesAllRows } from "../../src/marts/row-security.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { martNames, readRows, setTimeZone } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { rejection } from "../support/refusal.ts";
import { waitUntil } from "../support/wait.ts";

const HOLD = "SELECT pg_advisory_lock(hashtext('tidemark mart'), hashtext($1))";

describe("refreshing marts", () => {
  let db: TestDatabase;

  beforeEach(async () => {
    db = await createTestDatabase();
  });
  afterEach(() => db.drop());

  const addDeals = async (count: number) => {
    await db.pool.query(
      `WITH company AS (INSERT INTO crm.companies (name) VALUES ('Acme') RETURNING id)
       INSERT INTO crm.opportunities (name, company_id) SELECT 'Deal', id FROM company, generate_series(1, $1)`,
      [count],
    );
  };
  const runs = async (columns: string) =>
    (await db.pool.query(`SELECT ${columns} FROM ops.refresh_runs ORDER BY id`)).rows;
  const countDeals = async () =>
    (await readRows(db.pool, "SELECT count(*) FROM reporting.sales_dashboard"))[0].count;

  const countRefreshed = async () =>
    (await db.pool.query("SELECT count(*) FROM mart.sales_dashboard")).rows[0].count;

  it("fills plainly at first, concurrently from then on, and records both", async () => {
    await addDeals(2);
    expect(await refreshMart(db.pool, "sales_dashboard")).to.equal("refreshed");
    await addDeals(1);
    expect(await countRefreshed()).to.equal("2");
    expect(await countDeals()).to.equal("3");
    expect(await refreshMart(db.pool, "sales_dashboard")).to.equal("refreshed");
    expect(await countRefreshed()).to.equal("3");
    expect(await runs("mart, kind, status, row_count, error_message")).to.deep.equal([
      {
        mart: "sales_dashboard",
        kind: "first",
        status: "succeeded",
        row_count: "2",
        error_message: null,
      },
      {
        mart: "sales_dashboard",
        kind: "concurrent",
        status: "succeeded",
        row_count: "3",
        error_message: null,
      },
    ]);
    const [times] = await runs(
      "started_at <= snapshot_at AND snapshot_at < finished_at AS ordered",
    );
    expect(times.ordered).to.equal(true);
  });

  it("dates what is computed from another mart by that mart, unless that one is live", async () => {
    await refreshAll(db.pool);
    await refreshMart(db.pool, "signal_cut_points");
    const dates = async () => {
      const rows = await runs("mart, snapshot_at::text AS at");
      const outcomes = rows.find(({ mart }) => mart === "signal_outcomes");
      return { outcomes: outcomes.at, cuts: rows.at(-1).at };
    };
    const live = await dates();
    expect(live.cuts > live.outcomes).to.equal(true);
    await db.pool.query("DELETE FROM mart.live_marts WHERE mart = 'signal_outcomes'");
    await refreshMart(db.pool, "signal_cut_points");
    const plain = await dates();
    expect(plain.cuts).to.equal(plain.outcomes);
  });

  it("leaves out what nothing has changed for, when asked to, and dates it anew", async () => {
    await refreshAll(db.pool);
    const refresh = (mart: string) => refreshMart(db.pool, mart, { unlessUnchanged: true });
    const dates = async () =>
      (await runs("mart, snapshot_at")).filter(({ mart }) => mart === "signal_cut_points");
    const [before, ...none] = await dates();
    expect(none).to.deep.equal([]);
    expect(await refresh("signal_cut_points")).to.equal("unchanged");
    expect(await refresh("sales_dashboard")).to.equal("unchanged");
    const [after, ...more] = await dates();
    expect(more).to.deep.equal([]);
    expect(after.snapshot_at > before.snapshot_at).to.equal(true);
    await addDeals(1);
    expect(await refresh("signal_cut_points")).to.equal("refreshed");
    expect(await refresh("sales_dashboard")).to.equal("refreshed");
    expect(await refresh("sales_dashboard")).to.equal("unchanged");
    expect(await refresh("rep_weekly_scores")).to.equal("unchanged");
    await setTimeZone(db.pool, "Europe/Berlin");
    expect(await refresh("rep_weekly_scores")).to.equal("refreshed");
    expect(await refresh("rep_weekly_scores")).to.equal("unchanged");
    // What it reads may have been put right.
    expect(await refresh("signal_cut_points")).to.equal("refreshed");
    expect(await refresh("signal_cut_points")).to.equal("unchanged");
    await refreshMart(db.pool, "signal_outcomes");
    expect(await refresh("signal_cut_points")).to.equal("refreshed");
    // A migration may have changed what the mart is to hold.
    await db.pool.query(
      "INSERT INTO ops.migrations (name, run_on) VALUES ('later', now() AT TIME ZONE 'UTC')",
    );
    expect(await refresh("rep_weekly_scores")).to.equal("refreshed");
    expect(await refreshMart(db.pool, "rep_weekly_scores")).to.equal("refreshed");
  });

  it("may fail: what readers see is right all the same", async () => {
    await addDeals(1);
    await refreshAll(db.pool);
    await db.pool.query("DROP INDEX mart.sales_dashboard_key");
    await addDeals(1);
    const error = await rejection(refreshMart(db.pool, "sales_dashboard"));
    expect(error.code).to.equal("refresh_failed");
    expect(await countDeals()).to.equal("2");
  });

  it("leaves fresh statistics and a visibility map behind", async () => {
    await addDeals(300);
    await refreshMart(db.pool, "sales_dashboard");
    const { rows } = await db.pool.query(
      "SELECT reltuples, relallvisible = relpages AS visible FROM pg_class WHERE oid = 'mart.sales_dashboard'::regclass",
    );
    expect(rows).to.deep.equal([{ reltuples: 300, visible: true }]);
  });

  it("lays the rows of each person together when it fills a mart that says so", async () => {
    await addDeals(60);
    const people = [await addPerson(db.pool, "Ann"), await addPerson(db.pool, "Bob")];
    await db.pool.query(
      `UPDATE crm.opportunities SET owner_user_id = ($1::uuid[])[1 + place % 2]
       FROM (SELECT id, row_number() OVER () AS place FROM crm.opportunities) AS places
       WHERE places.id = opportunities.id`,
      [people],
    );
    const { rows: marts } = await db.pool.query(
      "SELECT indrelid::regclass::text AS mart FROM pg_index WHERE indisclustered ORDER BY 1",
    );
    expect(marts).to.deep.include({ mart: "mart.stage_funnel" });
    await refreshMart(db.pool, "stage_funnel");
    const { rows } = await db.pool.query(
      "SELECT owner_user_id AS owner FROM mart.stage_funnel ORDER BY ctid",
    );
    const owners = rows.map(({ owner }) => owner);
    expect(owners).to.deep.equal([...owners].sort());
    expect(new Set(owners)).to.deep.equal(new Set(people));
  });

  it("refreshes all in order, and by name what is computed from it", async () => {
    const all = (await refreshAll(db.pool)).map(({ mart }) => mart);
    expect(all).to.have.members(await martNames(db.pool));
    expect(all.join(" ")).to.contain("signal_outcomes signal_cut_points");
    expect((await refreshFrom(db.pool, "signal_outcomes")).map(({ mart }) => mart)).to.deep.equal([
      "signal_outcomes",
      "signal_cut_points",
    ]);
    expect((await rejection(refreshFrom(db.pool, "nothing"))).code).to.equal("unknown_mart");
  });

  it("runs one at a time, and lets callers that waited share the next one", async () => {
    await refreshMart(db.pool, "sales_dashboard");
    const holder = await db.pool.connect();
    await holder.query(HOLD, ["sales_dashboard"]);
    const five = Array.from({ length: 5 }, () => refreshMart(db.pool, "sales_dashboard"));
    // All five have asked for the lock once each has a session that waits.
    await waitUntil(
      db.pool,
      "SELECT count(*) = 5 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_try_advisory_lock%' AND pid <> pg_backend_pid()",
    );
    holder.release(true);
    const outcomes = await Promise.all(five);
    expect(outcomes.sort()).to.deep.equal(["refreshed", "shared", "shared", "shared", "shared"]);
  });

  it("never overlaps, in however many sessions", async () => {
    await addDeals(2000);
    await Promise.all(Array.from({ length: 5 }, () => refreshMart(db.pool, "sales_dashboard")));
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => refreshMart(db.pool, "sales_dashboard")));
    }
    const { rows } = await db.pool.query(`
      SELECT count(*) AS overlaps FROM ops.refresh_runs AS one
      JOIN ops.refresh_runs AS other ON other.id > one.id
        AND (other.started_at, other.finished_at) OVERLAPS (one.started_at, one.finished_at)`);
    expect(rows).to.deep.equal([{ overlaps: "0" }]);
    expect((await runs("status")).every(({ status }) => status === "succeeded")).to.equal(true);
  });

  it("does not keep readers waiting", async () => {
    await addDeals(1);
    await refreshMart(db.pool, "sales_dashboard");
    await slowDown(db, 2);
    const refreshing = refreshMart(db.pool, "sales_dashboard");
    await waitUntil(
      db.pool,
      "SELECT count(*) > 0 FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'mart.sales_dashboard'::regclass AND mode = 'ExclusiveLock'",
    );
    const began = performance.now();
    expect(await countDeals()).to.equal("1");
    expect(performance.now() - began).to.be.lessThan(1000);
    const [run] = await runs("status");
    expect(run.status).to.equal("succeeded");
    expect((await runs("status")).at(-1).status).to.equal("running");
    expect(await refreshing).to.equal("refreshed");
  });

  it("records a failure, keeps the old rows, and succeeds once the cause is gone", async () => {
    await addDeals(1);
    await refreshMart(db.pool, "sales_dashboard");
    await breakDown(db);
    const error = await rejection(refreshMart(db.pool, "sales_dashboard"));
    expect(error.code).to.equal("refresh_failed");
    expect(error.message).to.match(/^Mart sales_dashboard was not refreshed: .*out of order/);
    expect((await runs("status, error_message, finished_at IS NULL AS open")).at(-1)).to.deep.equal(
      {
        status: "failed",
        error_message: error.message,
        open: false,
      },
    );
    expect(await countDeals()).to.equal("1");
    await repair(db);
    expect(await refreshMart(db.pool, "sales_dashboard")).to.equal("refreshed");
  });

  it("stops only what reads a mart that failed", async () => {
    await refreshAll(db.pool);
    // Without it, a concurrent refresh is refused.
    await db.pool.query("DROP INDEX mart.signal_outcomes_key");
    const results = await refreshAll(db.pool);
    expect(
      results
        .filter(({ outcome }) => outcome !== "refreshed")
        .map(({ mart, outcome, because }) => [mart, outcome, because ?? ""].join(" ").trim()),
    ).to.deep.equal(["signal_outcomes failed", "signal_cut_points skipped signal_outcomes"]);
    expect(results).to.have.length((await martNames(db.pool)).length);
  });

  it("is cancelled by its signal, on the server too", async () => {
    await addDeals(1);
    await refreshMart(db.pool, "sales_dashboard");
    await slowDown(db, 60);
    const stop = new AbortController();
    const refreshing = rejection(refreshMart(db.pool, "sales_dashboard", { signal: stop.signal }));
    await waitUntil(
      db.pool,
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'REFRESH%' AND wait_event = 'PgSleep'",
    );
    stop.abort();
    expect((await refreshing).message).to.match(/it was cancelled$/);
    await waitUntil(
      db.pool,
      "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'REFRESH%' AND state = 'active'",
    );
    expect((await runs("status")).at(-1).status).to.equal("failed");
  });

  it("gives up waiting for another refresh when its signal says so", async () => {
    const holder = await db.pool.connect();
    await holder.query(HOLD, ["sales_dashboard"]);
    const waiting = refreshMart(db.pool, "sales_dashboard", { signal: AbortSignal.timeout(300) });
    await rejection(waiting);
    holder.release(true);
    expect(await runs("id")).to.deep.equal([]);
  });

  it("is bounded by the timeout of its schedule", async () => {
    await addDeals(1);
    await refreshMart(db.pool, "sales_dashboard");
    await slowDown(db, 60);
    await db.pool.query("UPDATE ops.refresh_schedule SET timeout_seconds = 1");
    const error = await rejection(refreshMart(db.pool, "sales_dashboard"));
    expect(error.message).to.match(/took longer than 1 s/);
  });

  it("closes the run of a process that died", async () => {
    await refreshMart(db.pool, "sales_dashboard");
    await db.pool.query(
      "INSERT INTO ops.refresh_runs (mart, kind, worker) VALUES ('sales_dashboard', 'concurrent', 'gone 1')",
    );
    await refreshMart(db.pool, "sales_dashboard");
    expect((await runs("status")).map(({ status }) => status)).to.deep.equal([
      "succeeded",
      "failed",
      "succeeded",
    ]);
  });

  it("fills what is empty once, also when several processes start at once", async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => fillUnpopulated(db.pool)));
    const outcomes = all.flat().map(({ outcome }) => outcome);
    const { length } = await martNames(db.pool);
    expect(outcomes.filter((one) => one === "refreshed")).to.have.length(length);
    expect(outcomes.filter((one) => one === "failed" || one === "skipped")).to.deep.equal([]);
    expect(await fillUnpopulated(db.pool)).to.deep.equal([]);
  });

  it("refuses an owner from whom row security hides rows", async () => {
    const other = `tidemark_test_owner_${randomBytes(4).toString("hex")}`;
    // The tables' own owner is not subject to it,
    expect(await refreshMart(db.pool, "sales_dashboard")).to.equal("refreshed");
    await db.pool.query("ALTER TABLE crm.opportunities FORCE ROW LEVEL SECURITY");
    // unless it is forced.
    const forced = await rejection(refreshMart(db.pool, "sales_dashboard"));
    expect(forced.code).to.equal("rows_hidden");
    expect(forced.message).to.match(/subject to row security on crm\.opportunities:/);
    await db.pool.query("ALTER TABLE crm.opportunities NO FORCE ROW LEVEL SECURITY");

    await db.pool.query(`
      CREATE ROLE ${other} NOLOGIN;
      GRANT ${other} TO CURRENT_USER;
      GRANT CREATE ON SCHEMA mart TO ${other};
      ALTER VIEW mart.sales_dashboard_definition OWNER TO ${other}`);
    try {
      const error = await rejection(refreshMart(db.pool, "sales_dashboard"));
      expect(error.code).to.equal("rows_hidden");
      expect(error.message).to.match(
        /subject to row security on crm\.companies, crm\.opportunities\b/,
      );
      await db.pool.query("ALTER VIEW mart.sales_dashboard_definition OWNER TO CURRENT_USER");
      await assertSeesAllRows(db.pool, "sales_dashboard");
    } finally {
      await db.pool.query(`DROP OWNED BY ${other} CASCADE; DROP ROLE ${other}`);
    }
  });
});

/** Makes every refresh take this long. */
const slowDown = (db: TestDatabase, seconds: number) =>
  replaceZone(db, `SELECT CASE WHEN pg_sleep(${seconds}) IS NOT NULL THEN 'UTC' END`);

/** Makes every refresh fail. */
const breakDown = (db: TestDatabase) =>
  db.pool.query(`
    CREATE OR REPLACE FUNCTION ops.business_time_zone() RETURNS text LANGUAGE plpgsql STABLE AS
    $$ BEGIN RAISE EXCEPTION 'out of order'; END $$`);

const repair = (db: TestDatabase) => replaceZone(db, "SELECT 'UTC'");

const replaceZone = (db: TestDatabase, body: string) =>
  db.pool.query(
    `CREATE OR REPLACE FUNCTION ops.business_time_zone() RETURNS text LANGUAGE sql STABLE AS $$ ${body} $$`,
  );
