import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addDeal, addSales, type Sales } from "../support/sales.ts";

describe("the sales dashboard", () => {
  let db: TestDatabase;
  let people: Sales;

  before(async () => {
    db = await createTestDatabase();
    people = await addSales(db.pool);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query?: string) => readReport(db.pool, "sales-dashboard", query);
  const summary = async (query?: string) => sectionOf(await read(query), "summary").rows[0] ?? {};

  it("opens with the fiscal quarter to date against as many days of the one before", async () => {
    const { state } = await read();
    expect(state.period?.label).to.equal("FY2026 Q4 to date");
    expect(state.comparison?.label).to.equal("FY2026 Q3, same 52 days");
    expect(String(state.canonical)).to.equal("");
  });

  it("says what was won, of what quota, against what", async () => {
    expect(await summary()).to.deep.include({
      won_amount: "4250.1000",
      won_count: "4",
      quota_amount: "13000.0000",
      attainment_rate: "0.326931",
      period_share: "0.565217",
      compare_won_amount: "2000.0000",
      won_change: "1.125050",
    });
  });

  it("gives the win rate with its interval and n, by value only where lost deals carry amounts", async () => {
    expect(await summary()).to.deep.include({
      closed_count: "7",
      win_rate: "0.571429",
      win_rate_low: "0.250458",
      win_rate_high: "0.841780",
      win_rate_by_value: "0.894739",
    });
    expect((await summary(`owner=${people.bob}`)).win_rate_by_value).to.equal(null);
  });

  it("leaves missing amounts out of median and mean, and counts them", async () => {
    expect(await summary()).to.deep.include({
      median_deal_amount: "1000.1000",
      mean_deal_amount: "1416.7000",
      missing_amount_count: "1",
    });
    const two = await summary("owner=Ann");
    expect(two.median_deal_amount).to.equal("2000.0500");
  });

  it("counts cycles that end before they begin", async () => {
    expect(await summary()).to.deep.include({
      median_cycle_days: "20",
      mean_cycle_days: "16.3",
      negative_cycle_count: "1",
    });
  });

  it("covers the rest of the quota with what should still close, overdue deals apart", async () => {
    expect(await summary()).to.deep.include({
      open_amount: "2000.0000",
      open_weighted_amount: "1600.0000",
      remaining_quota_amount: "8749.9000",
      coverage_ratio: "0.228574",
      is_quota_met: false,
      overdue_count: "1",
      overdue_amount: "700.0000",
      undated_count: "1",
      ahead_count: "1",
    });
  });

  it("drops no other currency in silence", async () => {
    expect((await summary()).other_currency_count).to.equal("1");
    expect(await summary("currency=EUR")).to.deep.include({
      won_amount: "800.0000",
      quota_amount: null,
      other_currency_count: "10",
    });
  });

  it("takes of a quota that the period cuts the days that lie in it, and says so", async () => {
    // 8000, 4000 and 1000, each times 91 of 92 days.
    expect(await summary("period=2026-10-02..2026-12-31")).to.deep.include({
      quota_amount: "12858.6956",
      prorated_count: "3",
      quota_gap_days: "0",
    });
    expect(await summary("period=FY2026")).to.deep.include({
      quota_amount: "13000.0000",
      prorated_count: "0",
      quota_gap_days: "273",
    });
  });

  it("has no quota of all time, or where a filter splits deals", async () => {
    for (const query of ["industry=(none)", "period=all"])
      expect(await summary(query), query).to.deep.include({
        quota_amount: null,
        attainment_rate: null,
        remaining_quota_amount: null,
        coverage_ratio: null,
      });
    expect((await summary("owner=Ann")).quota_amount).to.equal("8000.0000");
  });

  it("has no rate of no deals, which is not a rate of 0", async () => {
    expect(await summary("owner=Cyd")).to.deep.include({
      won_amount: "0",
      closed_count: "0",
      win_rate: null,
      win_rate_low: null,
      median_deal_amount: null,
      median_cycle_days: null,
    });
  });

  it("lists every rep with a deal or a quota, and a total of exactly these", async () => {
    const { rows, total } = sectionOf(await read(), "reps");
    const shown = rows.map((row) => [row.rep_name, row.won_amount, row.closed_count, row.win_rate]);
    expect(shown).to.deep.equal([
      ["Ann", "4000.1000", "3", "0.666667"],
      ["(none)", "250.0000", "1", "1.000000"],
      ["Bob", "0", "3", "0.333333"],
      ["Cyd", "0", "0", null],
    ]);
    expect(total).to.deep.include({
      rep_name: "All 4 reps",
      won_amount: "4250.1000",
      quota_amount: "13000.0000",
      attainment_rate: "0.326931",
      closed_count: "7",
      win_rate: "0.571429",
      compare_won_amount: "2000.0000",
    });
  });

  it("runs its trend up to today, the comparison and the quota to the end", async () => {
    const { rows } = sectionOf(await read(), "trend");
    expect(rows.length).to.equal(92);
    const on = (day: string) => rows.find((row) => row.day_on === day) ?? {};
    expect(on("2026-10-04")).to.deep.include({ won_amount: "0", compare_on: "2026-07-04" });
    expect(on("2026-10-05").won_amount).to.equal("1000.1000");
    expect(on("2026-11-21").won_amount).to.equal("4250.1000");
    expect(on("2026-11-22").won_amount).to.equal(null);
    expect(on("2026-12-31")).to.deep.include({
      compare_on: "2026-09-30",
      compare_won_amount: "11999.0000",
      quota_amount: "13000.0000",
    });
  });

  it("shows the open pipeline by stage", async () => {
    const { rows } = sectionOf(await read(), "stages");
    expect(rows).to.have.length(1);
    expect(rows[0]).to.deep.include({
      stage: "Negotiation/Review",
      open_amount: "2000.0000",
      weighted_amount: "1600.0000",
    });
  });

  it("filters by several values, and by all time", async () => {
    expect((await summary("owner=Ann&owner=Bob")).closed_count).to.equal("6");
    expect((await summary("team=North&period=all")).won_amount).to.equal("15999.1000");
    expect((await summary("team=(none)")).won_amount).to.equal("250.0000");
  });

  it("says that the quota is met instead of dividing by nothing, and leaves unknown sums unknown", async () => {
    const other = await createTestDatabase();
    try {
      const { cyd } = await addSales(other.pool);
      await addDeal(other.pool, { owner: cyd, amount: "1000" });
      const open = { stage: "Prospecting", close: "2026-12-01" };
      await addDeal(other.pool, { owner: cyd, amount: null, ...open });
      await refreshMarts(other.pool);
      const page = await readReport(other.pool, "sales-dashboard", "owner=Cyd");
      expect(sectionOf(page, "summary").rows[0]).to.deep.include({
        is_quota_met: true,
        coverage_ratio: null,
        remaining_quota_amount: "0.0000",
      });
      // A deal that nobody has put an amount on is not worth 0.
      expect(sectionOf(page, "reps").rows[0]).to.deep.include({
        open_count: "1",
        open_amount: null,
      });
    } finally {
      await other.drop();
    }
  });
});
