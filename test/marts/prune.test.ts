import { expect } from "chai";
import { foldMart } from "../../src/marts/fold.ts";
import { pruneChanges } from "../../src/marts/prune.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts, setTimeZone } from "../support/marts.ts";

const LIVE = "SELECT mart FROM mart.live_marts ORDER BY mart";
const LOGGED = "SELECT count(*)::int AS count FROM mart.opportunities_log";
const RESETS = "SELECT count(*)::int AS count FROM mart.resets";
const CHANGES =
  "SELECT mart.change_count(array_agg(source))::int AS count FROM mart.captured_tables";

describe("pruning the change logs", () => {
  let db: TestDatabase;

  beforeEach(async () => {
    db = await createTestDatabase();
    await db.pool.query("INSERT INTO crm.companies (name) VALUES ('Acme')");
    await refreshMarts(db.pool);
    await pruneChanges(db.pool);
  });
  afterEach(() => db.drop());

  const count = async (sql: string): Promise<number> => (await db.pool.query(sql)).rows[0].count;
  const addDeal = () =>
    db.pool.query(
      "INSERT INTO crm.opportunities (name, company_id) SELECT 'Deal', id FROM crm.companies",
    );
  const dealsRead = async () =>
    Number((await readRows(db.pool, "SELECT count(*) FROM reporting.sales_dashboard"))[0].count);
  const foldAll = async () => {
    for (const { mart } of (await db.pool.query(LIVE)).rows) await foldMart(db.pool, mart);
  };

  it("waits for every mart that reads the table", async () => {
    await addDeal();
    await foldMart(db.pool, "sales_dashboard");
    await pruneChanges(db.pool);
    expect(await count(LOGGED)).to.equal(1);
    await foldAll();
    // The deal and its history.
    expect(await pruneChanges(db.pool)).to.equal(2);
    expect(await count(LOGGED)).to.equal(0);
    expect(await dealsRead()).to.equal(1);
  });

  it("keeps what a transaction under way may still be older than", async () => {
    // No other mart that keeps the row for reasons of its own.
    await db.pool.query("DELETE FROM mart.live_marts WHERE mart <> 'sales_dashboard'");
    const writer = await db.pool.connect();
    await writer.query("BEGIN");
    await writer.query("UPDATE crm.companies SET industry = 'Toys'");
    await addDeal();
    await foldAll();
    await pruneChanges(db.pool);
    await writer.query("COMMIT");
    writer.release();
    await pruneChanges(db.pool);
    await foldAll();
    const rows = await readRows(db.pool, "SELECT industry FROM reporting.sales_dashboard");
    expect(rows).to.deep.equal([{ industry: "Toys" }]);
    await pruneChanges(db.pool);
    expect(await count(LOGGED)).to.equal(0);
  });

  it("keeps what a mart needs that is being filled for the first time", async () => {
    await db.pool.query(`
      DELETE FROM mart.layers WHERE mart = 'sales_dashboard';
      SELECT mart.note_layer('sales_dashboard', 'delta')`);
    await addDeal();
    await setTimeZone(db.pool, "Europe/Berlin");
    const { rows } = await db.pool.query(
      "SELECT mart FROM mart.live_marts WHERE mart <> 'sales_dashboard'",
    );
    for (const { mart } of rows) await refreshMart(db.pool, mart);
    await pruneChanges(db.pool);
    expect(await count(LOGGED)).to.equal(1);
    expect(await count(RESETS)).to.equal(1);
    await refreshMart(db.pool, "sales_dashboard");
    await pruneChanges(db.pool);
    expect(await count(LOGGED)).to.equal(0);
    expect(await count(RESETS)).to.equal(0);
  });

  it("forgets a reset once every mart that it concerns was refreshed", async () => {
    await setTimeZone(db.pool, "Europe/Berlin");
    await refreshMart(db.pool, "sales_dashboard");
    await pruneChanges(db.pool);
    expect(await count(RESETS)).to.equal(1);
    await refreshMarts(db.pool);
    await pruneChanges(db.pool);
    expect(await count(RESETS)).to.equal(0);
  });

  it("lets the count of changes grow with each change, and with nothing else", async () => {
    const steps: (() => Promise<unknown>)[] = [
      foldAll,
      () => pruneChanges(db.pool),
      () => refreshMarts(db.pool),
    ];
    let last = await count(CHANGES);
    const unchanged = async () => {
      for (const step of steps) {
        await step();
        expect(await count(CHANGES)).to.equal(last);
      }
    };
    const changed = async () => {
      const now = await count(CHANGES);
      expect(now).to.be.greaterThan(last);
      last = now;
    };
    await unchanged();
    await addDeal();
    await changed();
    await unchanged();
    await addDeal();
    await addDeal();
    await changed();
    await setTimeZone(db.pool, "Europe/Berlin");
    await changed();
    await pruneChanges(db.pool);
    expect(await count(CHANGES)).to.equal(last);
    await unchanged();
    await db.pool.query("UPDATE crm.companies SET custom_fields = '{}'");
    expect(await count(CHANGES)).to.equal(last);
    // One that is being written while the others are counted.
    const writer = await db.pool.connect();
    await writer.query("BEGIN");
    await writer.query("DELETE FROM crm.opportunities");
    await addDeal();
    await changed();
    await unchanged();
    await writer.query("COMMIT");
    writer.release();
    await changed();
    await unchanged();
  });

  it("is done by one session at a time", async () => {
    const holder = await db.pool.connect();
    await holder.query("SELECT pg_advisory_lock(hashtext('tidemark prune'), 0)");
    expect(await pruneChanges(db.pool)).to.equal(undefined);
    holder.release(true);
  });

  it("clears up after a copy from another cluster, which starts anew", async () => {
    await addDeal();
    await foldAll();
    await addDeal();
    // As a restored dump has it: numbers that this cluster will not reach for long.
    await db.pool.query(`
      UPDATE mart.opportunities_log SET xid = '900000000000';
      UPDATE mart.opportunity_history_log SET xid = '900000000000';
      INSERT INTO mart.resets (xid, source) VALUES ('900000000000', 'ops.settings');
      UPDATE mart.layers SET snapshot = '900000000000:900000000000:', system_identifier = 1;
      UPDATE mart.captured_tables
      SET counted_snapshot = '900000000000:900000000000:', system_identifier = 1, pruned_below = '900000000000'`);
    const before = await count(CHANGES);
    expect(await dealsRead()).to.equal(2);
    // Each deal comes with its history.
    await addDeal();
    expect(await count(CHANGES)).to.equal(before + 2);
    expect(await dealsRead()).to.equal(3);
    await pruneChanges(db.pool);
    expect(await count(CHANGES)).to.equal(before + 2);
    expect(await count(LOGGED)).to.equal(1);
    await refreshMarts(db.pool);
    expect(
      (await db.pool.query("SELECT DISTINCT mart.is_reset(mart) AS reset FROM mart.layers")).rows,
    ).to.deep.equal([{ reset: false }]);
    await pruneChanges(db.pool);
    expect(await count(LOGGED)).to.equal(0);
    await addDeal();
    expect(await count(CHANGES)).to.equal(before + 4);
    expect(await dealsRead()).to.equal(4);
    await foldAll();
    expect(await dealsRead()).to.equal(4);
  });
});
