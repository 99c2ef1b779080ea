import { expect } from "chai";
import { asReader } from "../../src/db/transaction.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFollower } from "../support/drills.ts";
import { refreshMarts, setTimeZone } from "../support/marts.ts";
import { addPerson } from "../support/people.ts";
import { readReport, sectionOf } from "../support/report.ts";

/** Two weeks of November 2026 and the two before. Today is Saturday, the 21st. */
const NOVEMBER = "period=2026-11-09..2026-11-30";

describe("activity", () => {
  let db: TestDatabase;
  let ann: string;
  let bob: string;

  const add = (owner: string | null, type: string, day: string, more = {}) =>
    addRow(db.pool, "activities", {
      owner_user_id: owner,
      activity_type: type,
      activity_date: `2026-${day}`,
      completed_at: `2026-${day}`,
      created_at: `2026-${day}`,
      ...more,
    });
  const planned = { completed_at: null };

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query("SELECT crm.ensure_activity_partitions('2026-09-01', '2026-12-31')");
    const north = (await addRow(db.pool, "teams", { name: "North" })).id;
    [ann, bob] = [
      await addPerson(db.pool, "Ann", { team_id: north }),
      await addPerson(db.pool, "Bob"),
    ];
    const cyd = await addPerson(db.pool, "Cyd");
    await addPerson(db.pool, "Dan, who has nothing to do");
    await add(cyd, "Meeting", "10-21T10:00Z");
    await add(ann, "Call", "11-09T10:00Z", {
      subject: "First",
      notes: "The price is above budget.",
    });
    await add(ann, "Call", "11-10T10:00Z", { subject: " ", notes: "Prices compared, no budget." });
    await add(ann, "Email", "11-20T23:30Z");
    await add(ann, "Task", "11-12T10:00Z", planned);
    await add(ann, "Task", "11-21T10:00Z", planned);
    await add(ann, "Meeting", "11-25T10:00Z", planned);
    await add(bob, "Call", "11-11T10:00Z", { notes: "Budget approved." });
    await add(bob, "Note", "10-20T10:00Z");
    await add(null, "Email", "11-16T10:00Z", { notes: "Nobody has the budget." });
    for (const day of ["10-27", "10-28", "11-02", "11-08"]) await add(bob, "Call", `${day}T10:00Z`);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (slug: string, query: string, viewer?: string) =>
    readReport(db.pool, slug, query, viewer);
  const one = async (section: string, query = NOVEMBER) =>
    sectionOf(await read("activity", query), section).rows[0] ?? {};
  const subjects = async (query: string, viewer?: string) =>
    sectionOf(await read("activities", query, viewer), "activities").rows.map(
      (row) => `${row.activity_type} ${String(row.activity_at).slice(5, 10)}`,
    );

  it("adds up what was done, per rep and per week", async () => {
    expect(await one("summary")).to.deep.include({
      completed_count: "5",
      call_count: "3",
      email_count: "2",
      meeting_count: "0",
      // Of the first thirteen of the 22 days before, from 18 October on.
      compare_completed_count: "4",
      completed_change: "0.250000",
      planned_count: "2",
      overdue_count: "1",
      // Ann, Bob, and Cyd for what she did before; not nobody, and not Dan.
      rep_count: "3",
      idle_count: "1",
      // 4 / 3 / (13 / 7)
      rep_week_mean: "0.7179",
    });
    expect(await one("summary", `${NOVEMBER}&type=Email`)).to.include({
      completed_count: "2",
      call_count: "0",
    });
    expect(await one("summary", "period=all")).to.include({
      completed_count: "11",
      week_mean: null,
      rep_week_mean: null,
    });
  });

  it("has a row for each rep, also with nothing, and for nobody", async () => {
    const { rows, total } = sectionOf(await read("activity", NOVEMBER), "reps");
    const shown = [total, ...rows].map((row) => [
      row?.rep_name,
      row?.completed_count,
      row?.compare_completed_count,
      row?.overdue_count,
      row?.last_on,
    ]);
    expect(shown).to.deep.equal([
      ["All 4 reps", "5", "4", "1", "2026-11-20"],
      ["Ann", "3", "0", "1", "2026-11-20"],
      ["(none)", "1", "0", "0", "2026-11-16"],
      ["Bob", "1", "3", "0", "2026-11-11"],
      ["Cyd", "0", "1", "0", null],
    ]);
    expect(rows[0]).to.include({ team_name: "North", week_mean: "1.6154" });
  });

  it("has every day or week, with 0 where nothing was done", async () => {
    const of = async (query: string, type: string) =>
      sectionOf(await read("activity", query), "days")
        .rows.filter((row) => row.activity_type === type)
        .map((row) => [row.bucket_days, row.completed_count]);
    const days = await of(NOVEMBER, "Call");
    expect(days).to.have.length(13);
    expect(days.slice(0, 4)).to.deep.equal([
      ["2026-11-09..2026-11-09", "1"],
      ["2026-11-10..2026-11-10", "1"],
      ["2026-11-11..2026-11-11", "1"],
      ["2026-11-12..2026-11-12", "0"],
    ]);
    const weeks = await of("period=2026-10-15..2026-11-21", "Call");
    expect(weeks).to.deep.equal([
      ["2026-10-15..2026-10-18", "0"],
      ["2026-10-19..2026-10-25", "0"],
      ["2026-10-26..2026-11-01", "2"],
      ["2026-11-02..2026-11-08", "2"],
      ["2026-11-09..2026-11-15", "3"],
      ["2026-11-16..2026-11-21", "0"],
    ]);
  });

  it("has the types with their shares", async () => {
    const { rows, total } = sectionOf(await read("activity", NOVEMBER), "types");
    expect(
      rows.map((row) => [row.activity_type, row.completed_count, row.completed_share]),
    ).to.deep.equal([
      ["Call", "3", "0.600000"],
      ["Email", "2", "0.400000"],
      ["Meeting", "0", "0.000000"],
      ["Note", "0", "0.000000"],
      ["Task", "0", "0.000000"],
    ]);
    expect(total).to.include({ completed_count: "5", planned_count: "2", overdue_count: "1" });
  });

  it("lists what was done, what is due and what is overdue", async () => {
    expect(await subjects(NOVEMBER)).to.deep.equal([
      "Email 11-20",
      "Email 11-16",
      "Call 11-11",
      "Call 11-10",
      "Call 11-09",
    ]);
    expect(await subjects(`${NOVEMBER}&state=planned`)).to.deep.equal([
      "Meeting 11-25",
      "Task 11-21",
    ]);
    expect(await subjects(`${NOVEMBER}&state=overdue`)).to.deep.equal(["Task 11-12"]);
    expect(await subjects(`${NOVEMBER}&state=all&type=Task&type=Meeting`)).to.have.length(3);
    expect(await subjects("period=all&state=all")).to.have.length(14);
    expect(await subjects(`${NOVEMBER}&owner=00000000-0000-0000-0000-000000000000`)).to.deep.equal([
      "Email 11-16",
    ]);
    expect(await subjects(`${NOVEMBER}&team=North&sort=activity_at`)).to.deep.equal([
      "Call 11-09",
      "Call 11-10",
      "Email 11-20",
    ]);
    const { rows, total } = sectionOf(await read("activities", NOVEMBER), "activities");
    expect(rows.at(-2)).to.deep.include({
      subject: "(no subject)",
      owner_name: "Ann",
      is_overdue: false,
    });
    expect(total).to.include({ row_count: "5", subject: "All 5 activities" });
  });

  it("finds words in the notes, and shows them", async () => {
    const search = async (words: string, viewer?: string) =>
      subjects(String(new URLSearchParams({ q: words, period: "all" })), viewer);
    expect(await search("budgets")).to.deep.equal([
      "Email 11-16",
      "Call 11-11",
      "Call 11-10",
      "Call 11-09",
    ]);
    expect(await search('"budget approved"')).to.deep.equal(["Call 11-11"]);
    expect(await search("budget -price")).to.deep.equal(["Email 11-16", "Call 11-11"]);
    const { rows } = sectionOf(await read("activities", "q=approved&period=all"), "activities");
    expect(rows[0]?.excerpt).to.equal("Budget «approved»");
    const summary = sectionOf(await read("activities", "q=budget&period=all"), "summary").rows[0];
    expect(summary).to.include({ activity_count: "4", overdue_count: "0" });
  });

  it("takes days as the business zone has them", async () => {
    await setTimeZone(db.pool, "Asia/Kolkata");
    await refreshMarts(db.pool);
    expect(await one("summary", "period=2026-11-21..2026-11-21")).to.include({
      completed_count: "1",
    });
    expect(await subjects("period=2026-11-21..2026-11-21")).to.deep.equal(["Email 11-20"]);
    await setTimeZone(db.pool, "UTC");
    await refreshMarts(db.pool);
  });

  it("leads from every number to the activities that make it", async function () {
    this.timeout(120_000);
    const { follow } = createFollower(db.pool);
    const followed = new Set<string>();
    for (const query of [NOVEMBER, "period=2026-10-01..2026-11-30&compare=none"])
      for (const key of await follow("activity", query)) followed.add(key);
    expect([...followed]).to.include.members([
      "summary.completed_count",
      "summary.note_count",
      "summary.planned_count",
      "days.completed_count",
      "types.compare_completed_count",
      "types.overdue_count",
      "reps.overdue_count",
      "reps.compare_completed_count",
      "reps.email_count",
    ]);
  });

  describe("for a rep", () => {
    before(() =>
      db.pool.query(
        "INSERT INTO crm.user_roles (user_id, role_id) SELECT $1, id FROM crm.roles WHERE role_name = 'Sales Representative'",
        [bob],
      ),
    );

    it("is about what is theirs, whatever is searched for and whoever is asked about", async () => {
      expect(await subjects("q=budget&period=all", bob)).to.deep.equal(["Call 11-11"]);
      expect(await subjects("period=all&state=all", bob)).to.have.length(6);
      const summary = sectionOf(await read("activity", NOVEMBER, bob), "summary").rows[0];
      expect(summary).to.include({ completed_count: "1", rep_count: "1", overdue_count: "0" });
    });

    it("gives nothing of others' to whoever asks the functions themselves", async () => {
      const { rows } = await db.pool.query(
        "SELECT id, created_at, owner_user_id FROM crm.activities WHERE notes IS NOT NULL AND owner_user_id IS DISTINCT FROM $1",
        [bob],
      );
      expect(rows).to.have.length(3);
      await asReader(db.pool, bob, async (client) => {
        for (const { id, created_at, owner_user_id } of rows) {
          const excerpt = await client.query(
            "SELECT reporting.activity_excerpt($1, $2, 'budget') AS excerpt",
            [id, created_at],
          );
          expect(excerpt.rows[0].excerpt).to.equal(null);
          const found = await client.query(
            "SELECT * FROM reporting.activities_found(owners => ARRAY[coalesce($1::uuid, '00000000-0000-0000-0000-000000000000')])",
            [owner_user_id],
          );
          expect(found.rows).to.deep.equal([]);
        }
        const own = await client.query(
          "SELECT * FROM reporting.activities_found(words => 'budget')",
        );
        expect(own.rows).to.have.length(1);
      });
    });
  });
});
