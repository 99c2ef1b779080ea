import { expect } from "chai";
import { addCall as addCallWith } from "../support/calls.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addManyDeals } from "../support/deal-life.ts";
import { scannedForOneKey } from "../support/live-marts.ts";
import { readRows, refreshMarts, setTimeZone } from "../support/marts.ts";

describe("reporting.signal_outcomes", () => {
  let db: TestDatabase;
  let company: string;

  beforeEach(async () => {
    db = await createTestDatabase();
    company = (await addRow(db.pool, "companies", { name: "Acme" })).id as string;
  });
  afterEach(() => db.drop());

  const addDeal = async (name: string, deal: Record<string, unknown> = {}): Promise<string> =>
    (
      await addRow(db.pool, "opportunities", {
        name,
        company_id: company,
        stage: "Closed Won",
        close_date: "2026-03-10",
        ...deal,
      })
    ).id as string;

  /** A call about a deal, with scores by signal. */
  const addCall = (deal: string, at: string, scores: Record<string, string>) =>
    addCallWith(db.pool, { deal, at, scores });
  const outcomes = async (columns: string) => {
    await refreshMarts(db.pool);
    const sql = `SELECT ${columns} FROM reporting.signal_outcomes ORDER BY opportunity_name, signal_name`;
    return readRows(db.pool, sql);
  };

  it("averages each signal over the calls of a closed deal", async () => {
    const won = await addDeal("won", { amount: "50" });
    await addCall(won, "2026-02-01T10:00Z", { empathy: "1", pace: "100" });
    await addCall(won, "2026-02-02T10:00Z", { empathy: "2" });
    await addCall(won, "2026-02-03T10:00Z", { empathy: "2" });
    await addCall(await addDeal("lost", { stage: "Closed Lost" }), "2026-02-01T10:00Z", {
      pace: "80",
    });
    await addCall(
      await addDeal("open", { stage: "Prospecting", close_date: null }),
      "2026-02-01T10:00Z",
      { pace: "90" },
    );
    expect(
      await outcomes(
        "opportunity_name, status, amount, signal_name, signal_value, conversation_count",
      ),
    ).to.deep.equal([
      {
        opportunity_name: "lost",
        status: "lost",
        amount: null,
        signal_name: "pace",
        signal_value: "80.000000",
        conversation_count: "1",
      },
      {
        opportunity_name: "won",
        status: "won",
        amount: "50.0000",
        signal_name: "empathy",
        signal_value: "1.666667",
        conversation_count: "3",
      },
      {
        opportunity_name: "won",
        status: "won",
        amount: "50.0000",
        signal_name: "pace",
        signal_value: "100.000000",
        conversation_count: "1",
      },
    ]);
  });

  for (const [zone, midnight] of [
    ["UTC", "2026-03-10T00:00:00Z"],
    ["America/New_York", "2026-03-10T04:00:00Z"],
    ["Asia/Kolkata", "2026-03-09T18:30:00Z"],
  ] as const) {
    it(`leaves out calls on the close day and later, which begins at midnight in ${zone}`, async () => {
      await setTimeZone(db.pool, zone);
      const deal = await addDeal("deal");
      const lastMoment = new Date(Date.parse(midnight) - 1).toISOString();
      await addCall(deal, lastMoment, { s: "1" });
      await addCall(deal, midnight, { s: "100" });
      await addCall(deal, "2026-04-01T00:00Z", { s: "1000" });
      expect(await outcomes("signal_value, conversation_count")).to.deep.equal([
        { signal_value: "1.000000", conversation_count: "1" },
      ]);
    });
  }

  it("drops a deal that is reopened", async () => {
    const deal = await addDeal("deal");
    await addCall(deal, "2026-02-01T10:00Z", { s: "1" });
    expect(await outcomes("status")).to.have.length(1);
    await db.pool.query("UPDATE crm.opportunities SET stage = 'Negotiation/Review' WHERE id = $1", [
      deal,
    ]);
    expect(await outcomes("status")).to.deep.equal([]);
    expect(await readRows(db.pool, "SELECT FROM reporting.signal_cut_points")).to.have.length(0);
  });

  it("cuts quartiles by interpolated values, and never splits equal ones", async () => {
    for (const [index, value] of ["1", "2", "2", "2", "2", "5", "6", "7", "8"].entries()) {
      await addCall(await addDeal(`deal ${index}`), "2026-02-01T10:00Z", { s: value });
    }
    const rows = await outcomes("signal_value, quartile");
    expect(rows.map((row) => [Number(row.signal_value), row.quartile])).to.deep.equal([
      [1, 1],
      [2, 1],
      [2, 1],
      [2, 1],
      [2, 1],
      [5, 3],
      [6, 3],
      [7, 4],
      [8, 4],
    ]);
    const cuts = await readRows(
      db.pool,
      `SELECT signal_name, minimum_value, p25, p50, p75, maximum_value, opportunity_count
       FROM reporting.signal_cut_points`,
    );
    expect(cuts).to.deep.equal([
      {
        signal_name: "s",
        p25: "2.000000",
        p50: "2.000000",
        p75: "6.000000",
        minimum_value: "1.000000",
        maximum_value: "8.000000",
        opportunity_count: "9",
      },
    ]);
  });

  it("keeps values and cut points in step where neither is a round number", async () => {
    // One third and two thirds have no end: both sides are rounded alike, so the middle deal is at the median.
    for (const [index, values] of [
      ["0", "0", "1"],
      ["0", "1", "1"],
      ["1", "1", "1"],
    ].entries()) {
      const deal = await addDeal(`deal ${index}`);
      for (const s of values) await addCall(deal, "2026-02-01T10:00Z", { s });
    }
    expect(await outcomes("signal_value, quartile")).to.deep.equal([
      { signal_value: "0.333333", quartile: 1 },
      { signal_value: "0.666667", quartile: 2 },
      { signal_value: "1.000000", quartile: 4 },
    ]);
  });

  it("leaves the quartile open until the cut points know the signal", async () => {
    await refreshMarts(db.pool);
    await addCall(await addDeal("deal"), "2026-02-01T10:00Z", { s: "1" });
    await db.pool.query("REFRESH MATERIALIZED VIEW mart.signal_outcomes");
    const rows = await readRows(db.pool, "SELECT quartile FROM reporting.signal_outcomes");
    expect(rows).to.deep.equal([{ quartile: null }]);
  });

  it("reaches one deal's rows by index through the definition", async () => {
    await addManyDeals(db.pool, "stage = 'Closed Won', close_date = '2026-03-10'");
    await db.pool.query(`
      INSERT INTO crm.conversations (call_id, opportunity_id, started_at)
      SELECT 'bulk ' || id, id, '2026-02-01Z' FROM crm.opportunities;
      INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
      SELECT call_id, signal, 1 FROM crm.conversations, unnest(ARRAY['a', 'b', 'c']) AS signal;
      ANALYZE crm.conversations, crm.conversation_signals`);
    expect(await scannedForOneKey(db.pool, "signal_outcomes")).to.deep.equal([]);
  });
});
