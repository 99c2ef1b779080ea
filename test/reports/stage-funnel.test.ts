import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFollower } from "../support/drills.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addStages } from "../support/stages.ts";

const SEPTEMBER = "period=2026-09-01..2026-09-30";

describe("stage funnel", () => {
  let db: TestDatabase;
  let people: Awaited<ReturnType<typeof addStages>>;

  before(async () => {
    db = await createTestDatabase();
    people = await addStages(db.pool);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query: string, viewer?: string) =>
    readReport(db.pool, "stage-funnel", query, viewer);
  const rows = async (section: string, query = SEPTEMBER, viewer?: string) =>
    sectionOf(await read(query, viewer), section).rows;
  const stage = async (name: string, query = SEPTEMBER, viewer?: string) =>
    (await rows("stages", query, viewer)).find((row) => row.stage === name);

  it("says of each stage who reached it, and what became of them", async () => {
    const shown = (await rows("stages")).map((row) => [
      row.stage,
      row.reached_count,
      row.skipped_count,
      row.moved_count,
      row.lost_count,
      row.here_count,
      row.back_count,
      row.won_count,
      row.open_count,
      row.returned_count,
    ]);
    expect(shown).to.deep.equal([
      ["Prospecting", "7", "2", "5", "1", "1", "0", "1", "4", "1"],
      ["Qualification", "5", "2", "4", "0", "1", "0", "1", "3", "1"],
      ["Needs Analysis", "4", "2", "2", "0", "1", "1", "1", "2", "0"],
      ["Value Proposition", "2", "2", "2", "0", "0", "0", "1", "0", "0"],
      ["Proposal/Price Quote", "2", "1", "2", "0", "0", "0", "1", "0", "0"],
      ["Negotiation/Review", "2", "1", "2", "0", "0", "0", "1", "0", "1"],
      // One was won and is not by now.
      ["Closed Won", "2", "0", null, "1", "1", "0", "1", "0", "0"],
    ]);
    expect(await stage("Prospecting")).to.deep.include({
      move_rate: "0.714286",
      undecided_count: "1",
      most_rate: "0.857143",
      win_rate: "0.142857",
      lost_by_now_count: "2",
    });
    expect(await stage("Closed Won")).to.include({ move_rate: null, undecided_count: null });
  });

  it("tells days in a stage that are over from those that go on", async () => {
    expect(await stage("Prospecting")).to.deep.include({
      // 4, 6, 10, and 2 + 2 of the deal that came back.
      done_count: "4",
      done_q1_days: "4",
      done_median_days: "5",
      done_q3_days: "7",
      running_count: "1",
      running_median_days: "72",
    });
    expect(await stage("Qualification")).to.deep.include({
      done_count: "1",
      done_median_days: "10",
      // 4 + 19 + 20 of the deal that came back, and 47.
      running_count: "2",
      running_q1_days: "44",
      running_median_days: "45",
      running_q3_days: "46",
    });
    expect(await stage("Negotiation/Review")).to.include({
      done_median_days: "20",
      running_count: null,
    });
    expect(await stage("Closed Won")).to.include({ done_count: null, running_count: null });
  });

  it("compares with a cohort that had as much time", async () => {
    // Thirty days earlier: as of 22 October.
    expect(await stage("Prospecting")).to.deep.include({
      compare_as_of_on: "2026-10-22",
      compare_reached_count: "2",
      reached_change: "2.500000",
      compare_move_rate: "0.500000",
    });
    expect(await stage("Qualification")).to.deep.include({
      compare_reached_count: "1",
      compare_move_rate: "0.000000",
    });
    expect(await stage("Needs Analysis")).to.deep.include({
      compare_reached_count: "0",
      compare_move_rate: null,
    });
  });

  it("takes the deals that came to each stage in the period where it is asked to", async () => {
    const query = `${SEPTEMBER}&cohort=reached`;
    expect((await rows("stages", query)).map((row) => row.reached_count)).to.deep.equal([
      "6",
      "4",
      "3",
      "2",
      "2",
      "2",
      "2",
    ]);
    expect(await stage("Qualification", "period=2026-10-01..2026-10-31&cohort=reached")).to.include(
      { reached_count: "1", moved_count: "0" },
    );
  });

  it("begins with the stage asked for, and says whose history is not known", async () => {
    const [summary] = await rows("summary", `${SEPTEMBER}&from_stage=Needs+Analysis`);
    expect(summary).to.deep.include({ stage: "Needs Analysis", reached_count: "4" });
    expect((await rows("summary"))[0]).to.include({ stage: "Prospecting", unknown_count: "1" });
  });

  it("has conversion by month, so far and at most", async () => {
    const shown = (await rows("months", "period=2026-08-01..2026-11-30"))
      .filter((row) => row.stage === "Qualification")
      .map((row) => [row.cohort_days, row.reached_count, row.move_rate, row.most_rate]);
    expect(shown).to.deep.equal([
      ["2026-08-01..2026-08-31", "2", "0.500000", "1.000000"],
      ["2026-09-01..2026-09-30", "5", "0.800000", "1.000000"],
    ]);
  });

  it("has the deals of one stage by rep, team and industry", async () => {
    const of = async (section: string, name: string, query = SEPTEMBER) => {
      const { rows, total } = sectionOf(await read(query), section);
      return [total, ...rows].map((row) => [
        row?.[name],
        row?.reached_count,
        row?.moved_count,
        row?.won_count,
        row?.lost_count,
        row?.done_median_days,
      ]);
    };
    expect(await of("reps", "rep_name")).to.deep.equal([
      ["All 3 reps", "7", "5", "1", "1", "5"],
      ["Ann", "3", "3", "1", "0", "5"],
      ["Bob", "3", "2", "0", "1", "7"],
      ["Cyd", "1", "0", "0", "0", null],
    ]);
    expect(await of("teams", "team_name")).to.deep.equal([
      ["All teams", "7", "5", "1", "1", "5"],
      ["(none)", "4", "2", "0", "1", "7"],
      ["North", "3", "3", "1", "0", "5"],
    ]);
    expect(
      await of("industries", "industry", `${SEPTEMBER}&from_stage=Qualification`),
    ).to.deep.equal([
      ["All industries", "5", "4", "1", "0", "10"],
      ["Retail", "3", "3", "1", "0", "10"],
      ["Energy", "2", "1", "0", "0", null],
    ]);
  });

  it("leads from every number to the deals that make it", async function () {
    this.timeout(120_000);
    const { follow } = createFollower(db.pool);
    const followed = new Set<string>();
    for (const query of [
      SEPTEMBER,
      "period=2026-08-15..2026-10-20&cohort=reached&from_stage=Needs+Analysis&team=(none)",
    ])
      for (const key of await follow("stage-funnel", query)) followed.add(key);
    const { report } = await read(SEPTEMBER);
    const drills = report.sections.flatMap((section) =>
      Object.keys(section.drills).map((key) => `${section.key}.${key}`),
    );
    expect([...followed].sort()).to.deep.equal(drills.sort());
  });

  it("shows a rep what is theirs, also in what it is compared with", async () => {
    await db.pool.query(
      "INSERT INTO crm.user_roles (user_id, role_id) SELECT $1, id FROM crm.roles WHERE role_name = 'Sales Representative'",
      [people.bob],
    );
    expect(await stage("Prospecting", SEPTEMBER, people.bob)).to.include({
      reached_count: "3",
      lost_count: "1",
      compare_reached_count: "0",
    });
    expect((await rows("reps", SEPTEMBER, people.bob)).map((row) => row.rep_name)).to.deep.equal([
      "Bob",
    ]);
  });
});
