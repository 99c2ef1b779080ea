import { expect } from "chai";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addDeal, addSales } from "../support/sales.ts";

/** Eight deals closed in November, with scores from 1 to 8: of each quartile the better one is won. */
describe("deals by signal", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    const { ann, bob } = await addSales(db.pool);
    for (let score = 1; score <= 8; score++) {
      const deal = await addDeal(db.pool, {
        owner: score <= 4 ? ann : bob,
        close: `2026-11-${10 + score}`,
        name: `Deal ${score}`,
        amount: `${score}00.50`,
        stage: score % 2 ? "Closed Lost" : "Closed Won",
        currency: score === 8 ? "EUR" : "USD",
      });
      for (const change of [-0.5, 0.5])
        await addCall(db.pool, {
          rep: ann,
          deal,
          at: "2026-11-02T10:00:00Z",
          scores: { call_score: score + change, other: 1 },
        });
    }
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = async (query: string) => {
    const page = await readReport(db.pool, "outcome-deals", `period=all&${query}`);
    const { rows, total } = sectionOf(page, "deals");
    return {
      names: rows.map((row) => row.opportunity_name),
      rows,
      total,
      summary: sectionOf(page, "summary").rows[0] ?? {},
    };
  };

  it("lists each closed deal once, with the mean of its calls and where that falls", async () => {
    const { names, rows, total } = await read("");
    expect(names).to.deep.equal([8, 7, 6, 5, 4, 3, 2, 1].map((score) => `Deal ${score}`));
    expect(rows[1]).to.deep.include({
      status: "lost",
      signal_name: "call_score",
      signal_value: "7.000000",
      quartile: "Q4",
      conversation_count: "2",
      amount: "700.5000",
      owner_name: "Bob",
    });
    expect(total).to.include({ opportunity_name: "All 8 deals" });
  });

  it("keeps to a quartile, an outcome, a signal and people", async () => {
    expect((await read("quartile=Q1")).names).to.deep.equal(["Deal 2", "Deal 1"]);
    expect((await read("quartile=Q3&deals=won")).names).to.deep.equal(["Deal 6"]);
    expect((await read("deals=lost&owner=Ann")).names).to.deep.equal(["Deal 3", "Deal 1"]);
    // All have the same value, which is up to the first cut point.
    expect((await read("signal=other&quartile=Q1")).names).to.have.length(8);
  });

  it("adds up what it lists, amounts in one currency", async () => {
    expect((await read("quartile=any")).summary).to.include({
      deal_count: "8",
      won_count: "4",
      win_rate: "0.500000",
      won_amount: "1201.5000",
      unplaced_count: "0",
      other_currency_count: "1",
    });
    expect((await read("quartile=Q4&currency=EUR")).summary).to.include({ won_amount: "800.5000" });
    expect((await read("owner=Ann&deals=lost")).summary).to.include({
      deal_count: "2",
      win_rate: "0.000000",
      won_amount: null,
    });
  });

  it("leads to the calls of each deal, and to the deal itself from these", async () => {
    const { rows } = await read("quartile=Q1&deals=won");
    const page = await readReport(
      db.pool,
      "conversations",
      `period=all&deal=${rows[0]?.opportunity_id}`,
    );
    expect(sectionOf(page, "summary").rows[0]).to.include({
      call_count: "2",
      mean_score: rows[0]?.signal_value,
    });
    const [call] = sectionOf(page, "calls").rows;
    const list = await readReport(
      db.pool,
      "opportunities",
      `period=all&deal=${call?.opportunity_id}&currency=${call?.opportunity_currency}`,
    );
    expect(sectionOf(list, "deals").rows).to.have.length(1);
  });
});
