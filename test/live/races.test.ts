import { expect } from "chai";
import { foldMart } from "../../src/marts/fold.ts";
import { pruneChanges } from "../../src/marts/prune.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { addCall } from "../support/calls.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addDeal } from "../support/sales.ts";
import { waitUntil } from "../support/wait.ts";
import { compareMarts } from "./support/comparison.ts";
import { openSession, type Session } from "./support/session.ts";

const MARTS = ["sales_dashboard", "rep_weekly_scores", "signal_outcomes"];

describe("a race that a live mart could lose", () => {
  let db: TestDatabase;
  let one: Session & { close(): Promise<void> };
  let other: Session & { close(): Promise<void> };
  let ann: string;
  let bob: string;

  beforeEach(async () => {
    db = await createTestDatabase();
    [one, other] = [await openSession(db.pool), await openSession(db.pool)];
    ann = (await addRow(db.pool, "users", { email: "ann@example.com" })).id as string;
    bob = (await addRow(db.pool, "users", { email: "bob@example.com" })).id as string;
  });
  afterEach(async () => {
    await one.close();
    await other.close();
    await db.drop();
  });

  const foldAll = async () => {
    for (const mart of MARTS) await foldMart(db.pool, mart);
  };
  /** Right for readers now, for those after the next fold, and for those after the next refresh. */
  async function expectRight() {
    for (const next of [foldAll, () => refreshMarts(db.pool), async () => {}]) {
      expect((await compareMarts(db.pool)).flatMap((mart) => mart.differences)).to.deep.equal([]);
      await next();
    }
  }
  const read = async (sql: string) => (await db.pool.query({ text: sql, rowMode: "array" })).rows;

  // Mapped to a rep by its writer, the score would be written down for Ann, who has lost the call by then.
  it("a call gets another rep while it is being scored", async () => {
    await addCall(db.pool, { rep: ann, at: "2026-11-02T12:00:00Z", scores: { sentiment: 1 } });
    await refreshMarts(db.pool);
    await one.run("BEGIN");
    await one.run("UPDATE crm.conversation_signals SET signal_value = 9");
    await other.run(`UPDATE crm.conversations SET rep_user_id = '${bob}'`);
    await foldAll();
    await one.run("COMMIT");
    expect(
      await read("SELECT rep_user_id, score_sum FROM mart.rep_weekly_scores_live"),
    ).to.deep.equal([[bob, "9"]]);
    await expectRight();
  });

  // The writer of the industry does not see the deal, and that of the deal does not see the industry.
  it("a company changes its industry while it gets a deal", async () => {
    const company = (await addRow(db.pool, "companies", { name: "Acme", industry: "Old" })).id;
    await refreshMarts(db.pool);
    await one.run("BEGIN");
    await one.run("UPDATE crm.companies SET industry = 'New'");
    const deal = await addDeal(db.pool, { company, owner: ann });
    await addCall(db.pool, { deal, at: "2026-11-02T12:00:00Z", scores: { sentiment: 1 } });
    await foldAll();
    await one.run("COMMIT");
    expect(await read("SELECT industry FROM mart.sales_dashboard_live")).to.deep.equal([["New"]]);
    expect(await read("SELECT industry FROM mart.signal_outcomes_live")).to.deep.equal([["New"]]);
    await expectRight();
  });

  it("a company changes its industry while its deal changes its owner", async () => {
    const company = (await addRow(db.pool, "companies", { name: "Acme", industry: "Old" })).id;
    await addDeal(db.pool, { company, owner: ann });
    await refreshMarts(db.pool);
    await one.run("BEGIN");
    await one.run("UPDATE crm.companies SET industry = 'New'");
    await other.run(`UPDATE crm.opportunities SET owner_user_id = '${bob}'`);
    await foldAll();
    await one.run("COMMIT");
    expect(
      await read("SELECT owner_user_id, industry FROM mart.sales_dashboard_live"),
    ).to.deep.equal([[bob, "New"]]);
    await expectRight();
  });

  // Its rows are older than those of the refresh, and would lie on top of them: so a refresh begins only between folds.
  it("a fold begins before a refresh and ends after it", async () => {
    await addDeal(db.pool, { owner: ann, amount: "1" });
    await refreshMarts(db.pool);
    await db.pool.query("UPDATE crm.opportunities SET amount = 2");
    await one.beginFold("sales_dashboard");
    await db.pool.query("UPDATE crm.opportunities SET amount = 3");
    const refreshed = refreshMart(db.pool, "sales_dashboard");
    await waitUntil(
      db.pool,
      "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    await one.endFold("sales_dashboard");
    expect(await refreshed).to.equal("refreshed");
    expect(await read("SELECT amount FROM mart.sales_dashboard")).to.deep.equal([["3.0000"]]);
    expect(await read("SELECT amount FROM mart.sales_dashboard_live")).to.deep.equal([["3.0000"]]);
    await expectRight();
  });

  it("a fold begins and ends while a refresh is under way", async () => {
    await addDeal(db.pool, { owner: ann, amount: "1" });
    await refreshMarts(db.pool);
    await db.pool.query("UPDATE crm.opportunities SET amount = 2");
    // It waits where it says what its snapshot was, the last thing that it does.
    await one.run(
      "BEGIN; SELECT FROM mart.layers WHERE mart = 'sales_dashboard' AND layer = 'base' FOR UPDATE",
    );
    const refreshed = refreshMart(db.pool, "sales_dashboard");
    await waitUntil(
      db.pool,
      "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%note_layer%'",
    );
    await db.pool.query("UPDATE crm.opportunities SET amount = 3");
    expect(await foldMart(db.pool, "sales_dashboard")).to.equal(1);
    await one.run("COMMIT");
    await refreshed;
    expect(await read("SELECT amount FROM mart.sales_dashboard_live")).to.deep.equal([["3.0000"]]);
    await expectRight();
  });

  // Told apart by a counter or a clock, its rows would count as folded long ago.
  it("a transaction older than everything folded commits last", async () => {
    const deal = await addDeal(db.pool, { owner: ann, amount: "1" });
    await refreshMarts(db.pool);
    await one.run("BEGIN");
    await one.run(
      `UPDATE crm.opportunities SET name = 'Old writer', amount = 5 WHERE id = '${deal}'`,
    );
    for (const amount of ["10", "20", "30"]) {
      await addDeal(db.pool, { owner: bob, amount });
      await foldAll();
    }
    await refreshMart(db.pool, "sales_dashboard");
    await addDeal(db.pool, { owner: bob, amount: "40" });
    await foldAll();
    await one.run("COMMIT");
    expect(await read("SELECT sum(amount) FROM mart.sales_dashboard_live")).to.deep.equal([
      ["105.0000"],
    ]);
    await expectRight();
  });

  it("a part of a transaction is taken back, the rest of it stays", async () => {
    const deal = await addDeal(db.pool, { owner: ann, amount: "1" });
    const second = await addDeal(db.pool, { owner: ann, amount: "2" });
    await refreshMarts(db.pool);
    await one.run("BEGIN");
    await one.run(
      `SAVEPOINT a; UPDATE crm.opportunities SET amount = 7 WHERE id = '${deal}'; ROLLBACK TO a`,
    );
    await foldAll();
    await one.run(
      `SAVEPOINT b; UPDATE crm.opportunities SET amount = 8 WHERE id = '${second}'; RELEASE b`,
    );
    await foldAll();
    await one.run("COMMIT");
    expect(await read("SELECT amount FROM mart.sales_dashboard_live ORDER BY 1")).to.deep.equal([
      ["1.0000"],
      ["8.0000"],
    ]);
    await expectRight();
  });

  // Transaction numbers start anew there: those of the old cluster are far ahead, and mean nothing.
  it("a database is restored into another cluster", async () => {
    await addDeal(db.pool, { owner: ann, amount: "1" });
    await refreshMarts(db.pool);
    await db.pool.query("UPDATE crm.opportunities SET amount = 2");
    await foldAll();
    await db.pool.query("UPDATE crm.opportunities SET amount = 3");
    await db.pool.query(`
      UPDATE mart.layers SET system_identifier = 1, snapshot = '900000000:900000000:';
      UPDATE mart.opportunities_log SET xid = '899999999';
      INSERT INTO mart.resets (xid, source) VALUES ('900000001', 'crm.opportunity_stages')`);
    await db.pool.query("UPDATE crm.opportunities SET amount = 4");
    const amount = () => read("SELECT amount FROM mart.sales_dashboard_live");
    expect(await amount()).to.deep.equal([["4.0000"]]);
    expect((await compareMarts(db.pool)).every(({ isReset }) => isReset)).to.equal(true);
    await foldAll();
    expect(await amount()).to.deep.equal([["4.0000"]]);
    await refreshMarts(db.pool);
    await pruneChanges(db.pool);
    expect((await compareMarts(db.pool)).some(({ isReset }) => isReset)).to.equal(false);
    await db.pool.query("UPDATE crm.opportunities SET amount = 5");
    expect(await amount()).to.deep.equal([["5.0000"]]);
    await expectRight();
  });
});
