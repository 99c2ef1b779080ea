import { expect } from "chai";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { readRows, refreshMarts, setTimeZone } from "../support/marts.ts";
import { addPerson, NOBODY } from "../support/people.ts";

describe("reporting.rep_weekly_scores", () => {
  let db: TestDatabase;
  let calls = 0;

  beforeEach(async () => {
    db = await createTestDatabase();
  });
  afterEach(() => db.drop());

  const addRep = (name: string) => addPerson(db.pool, name);
  const addCall = async (rep: string | null, startedAt: string): Promise<string> => {
    calls += 1;
    const call = { call_id: `call ${calls}`, rep_user_id: rep, started_at: startedAt };
    await addRow(db.pool, "conversations", call);
    return call.call_id;
  };
  const score = (call: string, signal: string, value: unknown, more = {}) =>
    addRow(db.pool, "conversation_signals", {
      call_id: call,
      signal_name: signal,
      signal_value: value,
      ...more,
    });
  const scores = async (columns: string) => {
    await refreshMarts(db.pool);
    const sql = `SELECT ${columns} FROM reporting.rep_weekly_scores ORDER BY rep_name, week_on, signal_name`;
    return readRows(db.pool, sql);
  };

  it("averages each rep's calls by week and signal", async () => {
    const ada = await addRep("Ada");
    for (const value of ["1", "2", "2"]) {
      await score(await addCall(ada, "2026-03-04T10:00Z"), "empathy", value);
    }
    await score(await addCall(ada, "2026-03-11T10:00Z"), "empathy", "7.5");
    await score(await addCall(await addRep("Bob"), "2026-03-04T10:00Z"), "pace", "120");
    expect(
      await scores(
        "rep_name, week_on, iso_year, iso_week, signal_name, call_count, score_sum, mean_score",
      ),
    ).to.deep.equal([
      {
        rep_name: "Ada",
        week_on: "2026-03-02",
        iso_year: 2026,
        iso_week: 10,
        signal_name: "empathy",
        call_count: "3",
        score_sum: "5",
        mean_score: "1.666667",
      },
      {
        rep_name: "Ada",
        week_on: "2026-03-09",
        iso_year: 2026,
        iso_week: 11,
        signal_name: "empathy",
        call_count: "1",
        score_sum: "7.5",
        mean_score: "7.500000",
      },
      {
        rep_name: "Bob",
        week_on: "2026-03-02",
        iso_year: 2026,
        iso_week: 10,
        signal_name: "pace",
        call_count: "1",
        score_sum: "120",
        mean_score: "120.000000",
      },
    ]);
  });

  it("takes each call's newest score", async () => {
    const call = await addCall(await addRep("Ada"), "2026-03-04T10:00Z");
    const at = (day: number) => `2026-03-${String(day).padStart(2, "0")}T00:00Z`;
    await score(call, "later wins", "1", { scoring_version: "9", scored_at: at(5) });
    await score(call, "later wins", "2", { scoring_version: "1", scored_at: at(6) });
    await score(call, "tie", "1", { scoring_version: "a", scored_at: at(5) });
    await score(call, "tie", "2", { scoring_version: "b", scored_at: at(5) });
    await score(call, "now words", "1", { scoring_version: "1", scored_at: at(5) });
    await score(call, "now words", null, {
      scoring_version: "2",
      signal_text: "high",
      scored_at: at(6),
    });
    await score(call, "words", null, { signal_text: "high" });
    expect(await scores("signal_name, call_count, score_sum")).to.deep.equal([
      { signal_name: "later wins", call_count: "1", score_sum: "2" },
      { signal_name: "tie", call_count: "1", score_sum: "2" },
    ]);
  });

  it("keeps calls whose rep is not known, under nobody", async () => {
    await score(await addCall(null, "2026-03-04T10:00Z"), "empathy", "1");
    expect(await scores("rep_user_id, rep_name, team_name")).to.deep.equal([
      { rep_user_id: NOBODY, rep_name: "(none)", team_name: "(none)" },
    ]);
  });

  it("begins weeks on Monday in the business zone, also in the week that loses an hour", async () => {
    await setTimeZone(db.pool, "America/New_York");
    const ada = await addRep("Ada");
    // Clocks went forward on Sunday, 8 March 2026: the week before it has 167 hours.
    await score(await addCall(ada, "2026-03-02T04:59:59Z"), "s", "1");
    await score(await addCall(ada, "2026-03-02T05:00:00Z"), "s", "10");
    await score(await addCall(ada, "2026-03-09T03:59:59Z"), "s", "100");
    await score(await addCall(ada, "2026-03-09T04:00:00Z"), "s", "1000");
    expect(await scores("week_on, week_at, score_sum")).to.deep.equal([
      { week_on: "2026-02-23", week_at: "2026-02-23 05:00:00+00", score_sum: "1" },
      { week_on: "2026-03-02", week_at: "2026-03-02 05:00:00+00", score_sum: "110" },
      { week_on: "2026-03-09", week_at: "2026-03-09 04:00:00+00", score_sum: "1000" },
    ]);
  });

  it("begins weeks at half past in a zone that is half an hour off", async () => {
    await setTimeZone(db.pool, "Asia/Kolkata");
    const ada = await addRep("Ada");
    await score(await addCall(ada, "2026-03-01T18:29:59Z"), "s", "1");
    await score(await addCall(ada, "2026-03-01T18:30:00Z"), "s", "10");
    expect(await scores("week_on, week_at, score_sum")).to.deep.equal([
      { week_on: "2026-02-23", week_at: "2026-02-22 18:30:00+00", score_sum: "1" },
      { week_on: "2026-03-02", week_at: "2026-03-01 18:30:00+00", score_sum: "10" },
    ]);
  });

  it("pairs the week with the ISO year where the years meet", async () => {
    const ada = await addRep("Ada");
    await score(await addCall(ada, "2021-01-03T12:00Z"), "s", "1");
    await score(await addCall(ada, "2024-12-30T12:00Z"), "s", "10");
    expect(await scores("week_on, iso_year, iso_week")).to.deep.equal([
      { week_on: "2020-12-28", iso_year: 2020, iso_week: 53 },
      { week_on: "2024-12-30", iso_year: 2025, iso_week: 1 },
    ]);
  });

  it("refuses a score that would overflow the means", async () => {
    const call = await addCall(null, "2026-03-04T10:00Z");
    await score(call, "most", "1e12");
    const refused = await score(call, "more", "1.1e12").then(
      () => undefined,
      (error) => error.constraint,
    );
    expect(refused).to.equal("conversation_signals_in_range");
  });

  it("reaches one call's scores by index", async () => {
    await db.pool.query(`
      INSERT INTO crm.conversations (call_id, started_at)
      SELECT 'bulk ' || n, '2026-01-01Z'::timestamptz + n * interval '1 minute' FROM generate_series(1, 5000) AS n;
      INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
      SELECT call_id, signal, 1 FROM crm.conversations, unnest(ARRAY['a', 'b', 'c']) AS signal;
      ANALYZE crm.conversations, crm.conversation_signals`);
    const { rows } = await db.pool.query(
      "EXPLAIN SELECT * FROM mart.newest_signals WHERE call_id = 'bulk 7'",
    );
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan)
      .to.match(/conversation_signals_pkey/)
      .and.not.match(/Seq Scan/);
  });
});
