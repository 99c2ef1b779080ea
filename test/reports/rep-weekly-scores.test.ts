import { expect } from "chai";
import { addCall } from "../support/calls.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { readReport, sectionOf } from "../support/report.ts";

const PERIOD = "period=2026-09-28..2026-11-21";

describe("rep weekly scores", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    const ann = await addPerson(db.pool, "Ann");
    const bob = await addPerson(db.pool, "Bob");
    const calls = async (who: string | undefined, day: string, ...values: number[]) => {
      for (const score of values)
        await addCall(db.pool, { rep: who, at: `${day}T10:00:00Z`, scores: { score } });
    };
    // Ann: a week before the period, six within it, one of them without calls between.
    await calls(ann, "2026-09-21", 1, 1);
    await calls(ann, "2026-09-28", 8, 9, 9, 9, 10);
    await calls(ann, "2026-10-05", 9);
    await calls(ann, "2026-10-19", 8, 10);
    await calls(ann, "2026-10-26", 9, 9);
    await calls(ann, "2026-11-02", 9, 9.2);
    await calls(ann, "2026-11-20", 8.9, 9);
    // Bob: six weeks far below, and another signal once.
    for (const day of ["09-28", "10-05", "10-12", "10-19", "10-26", "11-16"])
      await calls(bob, `2026-${day}`, 2, 3);
    await addCall(db.pool, { rep: bob, at: "2026-11-17T10:00:00Z", scores: { pace: 1 } });
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const weeks = async (query: string) =>
    sectionOf(await readReport(db.pool, "rep-weekly-scores", query), "weeks").rows;
  const reps = async (query: string) =>
    sectionOf(await readReport(db.pool, "rep-weekly-scores", query), "reps").rows;

  it("leave a week without calls empty, which is no score of 0", async () => {
    const found = (await weeks(`${PERIOD}&owner=Ann`)).map((row) => [
      row.iso_week,
      row.call_count,
      row.mean_score,
      row.has_few_calls,
    ]);
    expect(found).to.deep.equal([
      ["2026-W47", "2", "8.950000", true],
      ["2026-W46", "0", null, false],
      ["2026-W45", "2", "9.100000", true],
      ["2026-W44", "2", "9.000000", true],
      ["2026-W43", "2", "9.000000", true],
      ["2026-W42", "0", null, false],
      ["2026-W41", "1", "9.000000", true],
      ["2026-W40", "5", "9.000000", false],
    ]);
  });

  it("weigh the four-week mean by calls, and look back before the period", async () => {
    const rows = await weeks(`${PERIOD}&owner=Ann`);
    const trailing = (week: string) => {
      const row = rows.find((one) => one.iso_week === week);
      return [row?.trailing_mean_score, row?.trailing_call_count];
    };
    // (1 + 1 + 45) / 7, and not the mean of 1 and 9.
    expect(trailing("2026-W40")).to.deep.equal(["6.714286", "7"]);
    // Weeks 39 to 42: 2 × 1, 45, 9, none.
    expect(trailing("2026-W42")).to.deep.equal(["7.000000", "8"]);
    // Weeks 43 to 46.
    expect(trailing("2026-W46")).to.deep.equal(["9.033333", "6"]);
  });

  it("mark the week that still runs", async () => {
    const rows = await weeks(`${PERIOD}&owner=Bob&signal=score`);
    expect(rows.map((row) => row.is_partial)).to.deep.equal([true, ...Array(7).fill(false)]);
  });

  it("give slope and interval from six weeks with calls on", async () => {
    const rows = await reps(PERIOD);
    expect(rows.map((row) => [row.signal_name, row.rep_name, row.week_count])).to.deep.equal([
      ["pace", "Bob", "1"],
      ["score", "Ann", "6"],
      ["score", "Bob", "6"],
    ]);
    expect(rows[0]).to.deep.include({ weekly_change: null, mean_low: null, rank: null });
    expect(rows[2]).to.deep.include({ weekly_change: "0.000000", mean_score: "2.500000" });
    const fewer = await reps("period=2026-10-05..2026-11-21&signal=score");
    expect(fewer.map((row) => row.weekly_change)).to.deep.equal([null, null]);
  });

  it("rank only where intervals part", async () => {
    const [, ann, bob] = await reps(PERIOD);
    expect([ann?.rank, bob?.rank]).to.deep.equal(["1", "2"]);
    const carl = await addPerson(db.pool, "Carl");
    const days = ["10-01", "10-07", "10-14", "10-21", "10-28", "11-04"];
    for (const [index, day] of days.entries())
      await addCall(db.pool, {
        rep: carl,
        at: `2026-${day}T10:00:00Z`,
        scores: { score: index % 2 === 0 ? 7 : 11 },
      });
    await refreshMarts(db.pool);
    const rows = await reps(`${PERIOD}&signal=score`);
    const ranks = rows.map((row) => [row.rep_name, row.rank, row.rank_best, row.rank_worst]);
    expect(ranks).to.have.deep.members([
      ["Ann", null, "1", "2"],
      ["Carl", null, "1", "2"],
      ["Bob", "3", "3", "3"],
    ]);
  });

  it("draw all reps together, weighted by calls", async () => {
    const page = await readReport(
      db.pool,
      "rep-weekly-scores",
      `${PERIOD}&signal=score&owner=Ann&owner=Bob`,
    );
    const { rows } = sectionOf(page, "lines");
    const first = rows.find((row) => row.line_name === "All reps" && row.week_on === "2026-09-28");
    // Five calls of Ann, 45 together, and two of Bob, 5 together.
    expect(first).to.deep.include({ mean_score: "7.142857", call_count: "7" });
    const gap = rows.find((row) => row.line_name === "Ann" && row.week_on === "2026-10-12");
    expect(gap).to.deep.include({ mean_score: null, call_count: "0" });
  });
});
