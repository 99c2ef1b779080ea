import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addLeads } from "../support/leads.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addSales, type Sales } from "../support/sales.ts";

/** The tests play on 21 November 2026: what was created by 21 October is more than 30 days old. */
describe("lead conversion", () => {
  let db: TestDatabase;
  let people: Sales;

  before(async () => {
    db = await createTestDatabase();
    people = await addSales(db.pool);
    await addLeads(db.pool, people);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query?: string) => readReport(db.pool, "lead-conversion", query);
  const summary = async (query?: string) => sectionOf(await read(query), "summary").rows[0] ?? {};
  const rowsOf = async (key: string, query?: string) => sectionOf(await read(query), key).rows;

  it("opens with the last twelve months against the twelve before", async () => {
    const { state } = await read();
    expect([state.period?.from, state.period?.to]).to.deep.equal(["2025-11-22", "2026-11-21"]);
    expect([state.comparison?.from, state.comparison?.through]).to.deep.equal([
      "2024-11-22",
      "2025-11-21",
    ]);
    expect(String(state.canonical)).to.equal("");
  });

  it("counts what became of the leads so far", async () => {
    expect(await summary()).to.deep.include({
      created_count: "11",
      converted_count: "8",
      conversion_rate: "0.727273",
      undecided_count: "2",
      compare_created_count: "2",
      created_change: "4.500000",
    });
  });

  it("divides only by leads that are old enough", async () => {
    expect(await summary()).to.deep.include({
      // The six of July and the three of September: after 10, 30, 10 and -1 days.
      old_30_count: "9",
      within_30_count: "4",
      within_30_rate: "0.444444",
      // One of September was created 60 days ago, which is not more than 60.
      old_60_count: "8",
      within_60_count: "5",
      within_60_rate: "0.625000",
      old_90_count: "6",
      within_90_count: "4",
      within_90_rate: "0.666667",
      within_90_low: "0.299993",
      within_90_high: "0.903229",
      young_count: "5",
      compare_within_30_rate: "0.500000",
      compare_within_90_rate: "0.500000",
    });
  });

  it("takes a day to have passed when it is over", async () => {
    const old = async (day: string) => (await summary(`period=${day}..${day}`)).old_60_count;
    expect(await old("2026-09-22")).to.equal("0");
    expect(await old("2026-09-12")).to.equal("1");
  });

  it("gives the median time of the converted, and counts those below nought", async () => {
    // -1, 2, 10, 10, 30, 50, 80 and 119 days.
    expect(await summary()).to.deep.include({ median_days: "20.0000", negative_count: "1" });
    expect((await summary("source=Web&owner=Ann")).median_days).to.equal("30.0000");
  });

  it("says too young of a month instead of a low rate", async () => {
    const months = await rowsOf("trend");
    const shown = months.map((row) => [
      row.cohort_on,
      row.created_count,
      row.within_30_rate,
      row.within_60_rate,
      row.within_90_rate,
    ]);
    expect(shown.reverse()).to.deep.equal([
      ["2026-07-01", "6", "0.333333", "0.500000", "0.666667"],
      ["2026-08-01", "0", null, null, null],
      ["2026-09-01", "3", "0.666667", null, null],
      ["2026-10-01", "0", null, null, null],
      ["2026-11-01", "2", null, null, null],
    ]);
    const cohorts = await rowsOf("cohorts");
    const web = cohorts.find((row) => row.cohort_on === "2026-09-01" && row.lead_source === "Web");
    expect(web).to.deep.include({
      is_young_30: false,
      within_30_rate: "0.500000",
      is_young_60: true,
      within_60_rate: null,
      is_young_90: true,
      is_median_young: true,
      median_days: "10.0000",
    });
    const july = cohorts.find((row) => row.cohort_on === "2026-07-01" && row.lead_source === "Web");
    expect(july).to.deep.include({ is_young_90: false, is_median_young: false });
  });

  it("marks a month of which some days are not in the period", async () => {
    const rows = await rowsOf("cohorts", "period=2026-07-02..2026-09-30");
    const parts = new Map(rows.map((row) => [row.cohort_on, [row.is_part, row.cohort_days]]));
    expect(parts.get("2026-07-01")).to.deep.equal([true, "2026-07-02..2026-07-31"]);
    expect(parts.get("2026-09-01")).to.deep.equal([false, "2026-09-01..2026-09-30"]);
  });

  it("knows a blank source and unknown as two, and adds up all of them", async () => {
    const { rows, total } = sectionOf(await read(), "sources");
    expect(rows.map((row) => [row.lead_source, row.created_count])).to.deep.equal([
      ["Web", "8"],
      ["(none)", "2"],
      ["unknown", "1"],
    ]);
    expect(total).to.deep.include({
      lead_source: "All sources",
      created_count: "11",
      within_90_rate: "0.666667",
      within_90_change: "0.166667",
    });
    expect(rows[0]).to.deep.include({
      old_90_count: "5",
      within_90_rate: "0.600000",
      compare_created_count: "2",
      within_90_change: "0.100000",
    });
    expect((await summary("source=(none)")).created_count).to.equal("2");
    expect((await summary("source=unknown")).created_count).to.equal("1");
  });

  it("lists the reps with the total of exactly these", async () => {
    const { rows, total } = sectionOf(await read(), "reps");
    expect(
      rows.map((row) => [row.rep_name, row.created_count, row.old_90_count, row.within_90_rate]),
    ).to.deep.equal([
      ["Ann", "7", "4", "0.750000"],
      ["Bob", "3", "2", "0.500000"],
      ["(none)", "1", "0", null],
    ]);
    expect(total).to.deep.include({
      rep_name: "All 3 reps",
      created_count: "11",
      within_90_rate: "0.666667",
      median_days: "20.0000",
    });
  });

  it("has no rate of no leads", async () => {
    expect(await summary("owner=Cyd")).to.deep.include({
      created_count: "0",
      conversion_rate: null,
      within_30_rate: null,
      median_days: null,
      compare_created_count: "0",
      created_change: null,
    });
    expect((await summary("compare=none")).compare_created_count).to.equal(null);
  });

  it("keeps its order and its total when it is sorted, read alone or with the rest", async () => {
    const { rows, total } = sectionOf(await read("sort.sources=lead_source"), "sources");
    expect(rows.map((row) => row.lead_source)).to.deep.equal(["(none)", "Web", "unknown"]);
    expect(total?.created_count).to.equal("11");
  });

  describe("the list of leads", () => {
    const list = async (query: string) => {
      const page = await readReport(db.pool, "leads", query);
      const { rows, total } = sectionOf(page, "leads");
      return { rows, total, figures: sectionOf(page, "summary").rows[0] ?? {} };
    };

    it("has those created in the period, or those converted in it", async () => {
      const period = "period=2026-09-01..2026-09-30";
      const created = await list(period);
      expect(created.rows.map((row) => row.created_on)).to.deep.equal([
        "2026-09-22",
        "2026-09-12",
        "2026-09-10",
      ]);
      expect(created.total).to.deep.include({ lead_name: "All 3 leads", row_count: "3" });
      const converted = await list(`${period}&leads=converted`);
      expect(converted.rows.map((row) => row.converted_on)).to.deep.equal([
        "2026-09-11",
        "2026-09-20",
        "2026-09-21",
      ]);
    });

    it("finds them by outcome, age and status", async () => {
      const count = async (query: string) => (await list(query)).figures.lead_count;
      expect(await count("outcome=within_30")).to.equal("5");
      expect(await count("outcome=within_30&age=30")).to.equal("4");
      expect(await count("outcome=within_60&age=90")).to.equal("3");
      expect(await count("outcome=negative")).to.equal("1");
      expect(await count("outcome=undecided")).to.equal("2");
      expect(await count("age=young")).to.equal("5");
      expect(await count("status=Working&status=Unqualified")).to.equal("2");
    });

    it("says how old each is, and what they come to", async () => {
      const { rows, figures } = await list("status=Working");
      expect(rows[0]).to.deep.include({ age_days: 60, days_to_convert: null, lead_name: "Lead" });
      expect(figures).to.deep.include({ conversion_rate: "0.000000", median_days: null });
    });
  });
});
