import { expect } from "chai";
import { addCases } from "../support/cases.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addSales, type Sales } from "../support/sales.ts";

describe("support cases", () => {
  let db: TestDatabase;
  let people: Sales;

  before(async () => {
    db = await createTestDatabase();
    people = await addSales(db.pool);
    await addCases(db.pool, people);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query?: string) => readReport(db.pool, "support-cases", query);
  const summary = async (query?: string) => sectionOf(await read(query), "summary").rows[0] ?? {};
  const rowsOf = async (key: string, query?: string) => sectionOf(await read(query), key).rows;

  it("opens with the last 90 days against the 90 before", async () => {
    const { state } = await read();
    expect([state.period?.from, state.period?.to]).to.deep.equal(["2026-08-24", "2026-11-21"]);
    expect(state.comparison?.through).to.equal("2026-08-23");
  });

  it("takes the first response of those answered, and counts the others apart", async () => {
    expect(await summary()).to.deep.include({
      created_count: "6",
      // After -1, 1, 3 and 5 hours.
      answered_count: "4",
      response_median_hours: "2.0000",
      response_p90_hours: "4.4000",
      unanswered_count: "2",
      // Since the 11th; the other one was closed without an answer.
      waiting_count: "1",
      waiting_days: "10",
      negative_count: "1",
      compare_created_count: "1",
      created_change: "5.000000",
      compare_response_median_hours: "2.0000",
    });
  });

  it("knows first and full resolution, and who came back", async () => {
    expect(await summary()).to.deep.include({
      // At first after 2, 10, 24, 36 and 744 hours; one of them had been created before the period.
      resolved_count: "5",
      resolution_median_hours: "24.0000",
      resolution_p90_hours: "460.8000",
      // In full after 2, 10, 96 and 744: one is open again.
      full_median_hours: "53.0000",
      returned_count: "1",
      reopen_rate: "0.200000",
      reopen_low: "0.036224",
      reopen_high: "0.624465",
      reopen_sum: "1",
      compare_resolved_count: "0",
      resolved_change: null,
      compare_reopen_rate: null,
    });
  });

  it("has the backlog of the end of each day, which is not created less closed", async () => {
    expect(await summary()).to.deep.include({
      backlog_count: "2",
      // For 9 days since it was opened again, and for 10.
      backlog_days: "9.5",
      compare_backlog_count: "1",
    });
    const days = await rowsOf("backlog");
    expect(days.length).to.equal(90);
    const on = (day: string) => days.find((row) => row.day_on === day)?.backlog_count;
    const shown = ["08-24", "08-25", "08-31", "09-01", "11-02", "11-03", "11-04", "11-06"].concat([
      "11-07",
      "11-09",
      "11-10",
      "11-11",
      "11-12",
      "11-19",
      "11-20",
      "11-21",
    ]);
    expect(shown.map((day) => on(`2026-${day}`))).to.deep.equal(
      [1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 2].map(String),
    );
    expect(days[0]).to.deep.include({ compare_on: "2026-05-26", compare_backlog_count: "0" });
    expect(days.at(-1)).to.deep.include({ compare_on: "2026-08-23", compare_backlog_count: "1" });
  });

  it("ends with today while the period runs, and with its last day once it is over", async () => {
    const quarter = await rowsOf("backlog", "period=this_quarter");
    expect(quarter.at(-1)?.day_on).to.equal("2026-11-21");
    const past = "period=2026-11-01..2026-11-06";
    expect((await rowsOf("backlog", past)).at(-1)?.backlog_count).to.equal("1");
    expect(await summary(past)).to.deep.include({ backlog_count: "1", backlog_days: "0" });
    const all = await rowsOf("backlog", "period=all");
    expect(all[0]?.day_on).to.equal("2025-12-02");
    expect(all.at(-1)?.day_on).to.equal("2026-11-21");
  });

  it("shows every week, also those without a case", async () => {
    const weeks = await rowsOf("weeks");
    expect(weeks.length).to.equal(13);
    const shown = weeks.map((row) =>
      [row.week_on, row.created_count, row.resolved_count, row.reopened_count].join(" "),
    );
    expect(shown.slice(0, 3)).to.deep.equal([
      "2026-08-24 1 1 0",
      "2026-08-31 0 1 0",
      "2026-09-07 0 0 0",
    ]);
    expect(shown.slice(-3)).to.deep.equal([
      "2026-11-02 2 2 1",
      "2026-11-09 2 1 1",
      "2026-11-16 1 0 0",
    ]);
    expect(weeks.at(-1)?.week_days).to.equal("2026-11-16..2026-11-21");
  });

  it("tells priorities apart, the most urgent first", async () => {
    const { rows, total } = sectionOf(await read(), "priorities");
    expect(
      rows.map((row) => [
        row.priority,
        row.created_count,
        row.response_median_hours,
        row.backlog_count,
      ]),
    ).to.deep.equal([
      ["Urgent", "1", "1.0000", "0"],
      ["High", "2", "1.0000", "0"],
      ["Medium", "2", "5.0000", "1"],
      ["Low", "1", null, "1"],
    ]);
    // Created in August, it still counts among those resolved since.
    expect(rows[3]).to.deep.include({ resolved_count: "1", resolution_median_hours: "744.0000" });
    expect(total).to.deep.include({ priority: "All priorities", created_count: "6" });
    expect((await summary("priority=High&priority=Low")).created_count).to.equal("3");
  });

  it("lists owners by their backlog, with the total of exactly these, and industries", async () => {
    const { rows, total } = sectionOf(await read(), "owners");
    expect(
      rows.map((row) => [row.owner_name, row.team_name, row.backlog_count, row.created_count]),
    ).to.deep.equal([
      ["Bob", "South <&>", "2", "3"],
      ["Ann", "North", "0", "2"],
      ["(none)", "(none)", "0", "1"],
    ]);
    expect(total).to.deep.include({
      owner_name: "All 3 owners",
      backlog_count: "2",
      response_median_hours: "2.0000",
      reopen_rate: "0.200000",
    });
    const industries = await rowsOf("industries");
    expect(industries.map((row) => [row.industry, row.created_count])).to.deep.equal([
      ["(none)", "5"],
      ["Retail", "1"],
    ]);
    expect((await summary("team=North")).created_count).to.equal("2");
    expect((await summary("team=(none)")).created_count).to.equal("1");
  });

  it("has no times of no cases", async () => {
    expect(await summary("owner=Cyd")).to.deep.include({
      backlog_count: "0",
      backlog_days: null,
      created_count: "0",
      response_median_hours: null,
      resolution_median_hours: null,
      reopen_rate: null,
    });
  });

  describe("the list of cases", () => {
    const subjects = async (query: string) => {
      const page = await readReport(db.pool, "cases", query);
      return sectionOf(page, "cases").rows.map((row) => row.subject);
    };

    it("has each kind that a number is made of", async () => {
      expect(await subjects("")).to.deep.equal([
        "Dropped",
        "Waiting",
        "Again",
        "Twice",
        "Quick",
        "Odd",
      ]);
      expect(await subjects("cases=backlog")).to.deep.equal(["Waiting", "Again"]);
      expect(await subjects("cases=backlog&period=2026-11-06")).to.deep.equal(["Twice"]);
      expect(await subjects("cases=unanswered")).to.deep.equal(["Dropped", "Waiting"]);
      expect(await subjects("cases=waiting")).to.deep.equal(["Waiting"]);
      expect(await subjects("cases=resolved")).to.have.members([
        "Quick",
        "Twice",
        "Again",
        "Slow",
        "Odd",
      ]);
      expect(await subjects("cases=returned")).to.deep.equal(["Twice"]);
      expect(await subjects("cases=reopened")).to.deep.equal(["Again", "Twice"]);
      expect(await subjects("cases=negative")).to.deep.equal(["Odd"]);
      expect(await subjects("status=Open&priority=Medium")).to.deep.equal(["Again"]);
    });

    it("says how long each took, and how old it is while it is open", async () => {
      const page = await readReport(db.pool, "cases", "period=all");
      const of = (subject: string) =>
        sectionOf(page, "cases").rows.find((row) => row.subject === subject);
      expect(of("Twice")).to.deep.include({
        response_hours: "3.0000",
        resolution_hours: "24.0000",
        full_hours: "96.0000",
        reopen_count: "1",
        age_days: null,
      });
      expect(of("Waiting")).to.deep.include({ response_hours: null, age_days: 10 });
      expect(sectionOf(page, "cases").total).to.deep.include({
        subject: "All 8 cases",
        row_count: "8",
      });
    });
  });
});
