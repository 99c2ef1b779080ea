import { expect } from "chai";
import { addCall } from "../support/calls.ts";
import { addRow } from "../support/crm.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts, setTimeZone } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";
import { addDeal, addSales } from "../support/sales.ts";

/** Two reps over three weeks of November 2026, the second without a call. Today is Saturday, the 21st. */
describe("conversations", () => {
  let db: TestDatabase;
  let ann: string;
  let bob: string;
  let won: string;

  before(async () => {
    db = await createTestDatabase();
    ({ ann, bob } = await addSales(db.pool));
    await db.pool.query(
      "INSERT INTO crm.custom_field_definitions (entity, key, label, data_type) VALUES ('conversations', 'topic', 'Topic', 'text')",
    );
    won = await addDeal(db.pool, { owner: bob, close: "2026-11-05", name: "Won deal" });
    const lost = await addDeal(db.pool, {
      owner: bob,
      close: "2026-11-05",
      stage: "Closed Lost",
      currency: "EUR",
    });
    await addCall(db.pool, {
      rep: ann,
      deal: won,
      at: "2026-11-03T10:00:00Z",
      title: "First",
      duration_seconds: 600,
      transcript: "The price is above their budget. They compare vendors.",
      participants: JSON.stringify([{ name: "Zoë O'Neil", email: "zoe@example.com" }]),
      raw_response: { engine: "x", tags: ["a", "b"], "it's": { deep: 1.5 } },
      custom_fields: { topic: "intro" },
      scores: { call_score: 4, empathy: 9 },
    });
    await addCall(db.pool, {
      rep: ann,
      deal: lost,
      at: "2026-11-04T10:00:00Z",
      duration_seconds: 1200,
      transcript: "They have no budget this year and compared prices.",
      scores: { call_score: 7 },
    });
    // On the day of the close, which predicts nothing; and of unknown length.
    await addCall(db.pool, {
      rep: bob,
      deal: won,
      at: "2026-11-05T10:00:00Z",
      scores: { call_score: 8.5 },
    });
    const twice = await addCall(db.pool, {
      rep: bob,
      at: "2026-11-17T10:00:00Z",
      duration_seconds: 60,
      transcript: "",
    });
    for (const [scoring_version, signal_value, scored_at] of [
      ["1", 1, "2026-11-17T11:00:00Z"],
      ["2", 6, "2026-11-18T11:00:00Z"],
    ])
      await addRow(db.pool, "conversation_signals", {
        call_id: twice,
        signal_name: "call_score",
        scoring_version,
        signal_value,
        scored_at,
        confidence: 0.75,
      });
    await addRow(db.pool, "conversation_signals", {
      call_id: twice,
      signal_name: "mood",
      signal_text: "good",
    });
    // Nobody's, and not scored.
    await addCall(db.pool, { at: "2026-11-18T10:00:00Z" });
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query: string) => readReport(db.pool, "conversations", query);
  const summary = async (query: string) => sectionOf(await read(query), "summary").rows[0] ?? {};
  /** The days of the calls that are found, the newest first. */
  const found = async (query: string) =>
    sectionOf(await read(`period=all&${query}`), "calls").rows.map((row) =>
      Number(String(row.started_at).slice(8, 10)),
    );
  const search = (words: string) => found(new URLSearchParams({ q: words }).toString());

  it("adds up calls, their scores and their lengths", async () => {
    expect(await summary("period=2026-11-01..2026-11-30")).to.deep.include({
      call_count: "5",
      signal_name: "call_score",
      scored_count: "4",
      // (4 + 7 + 8.5 + 6) / 4: the newest of two scores counts.
      mean_score: "6.375000",
      duration_seconds: "1860",
      mean_duration_seconds: "620",
      untimed_count: "2",
      rep_count: "2",
    });
    expect(await summary("period=2026-11-01..2026-11-30&signal=empathy")).to.include({
      call_count: "5",
      scored_count: "1",
      mean_score: "9.000000",
    });
    expect(await summary("period=2025-01-01..2025-01-31")).to.include({
      call_count: "0",
      mean_score: null,
      duration_seconds: null,
    });
  });

  it("counts the days of a period to the day, whole weeks or not", async () => {
    for (const [period, count] of [
      ["2026-11-04..2026-11-17", "3"],
      ["2026-11-03..2026-11-03", "1"],
      ["2026-11-02..2026-11-08", "3"],
      ["2026-11-05..2026-11-16", "1"],
      ["2026-11-09..2026-11-16", "0"],
      ["all", "5"],
      ["this_week", "2"],
    ])
      expect((await summary(`period=${period}`)).call_count, period).to.equal(count);
  });

  it("shows each week, and 0 where there was no call", async () => {
    const { rows } = sectionOf(await read("period=2026-11-04..2026-11-21"), "weeks");
    expect(
      rows.map((row) => [row.week_on, row.week_period, row.call_count, row.mean_score]),
    ).to.deep.equal([
      ["2026-11-02", "2026-11-04..2026-11-08", "2", "7.750000"],
      ["2026-11-09", "2026-11-09..2026-11-15", "0", null],
      ["2026-11-16", "2026-11-16..2026-11-21", "2", "6.000000"],
    ]);
  });

  it("lists the newest first, with names and the score of the signal chosen", async () => {
    const page = await read("period=all&signal=empathy");
    const { rows, total } = sectionOf(page, "calls");
    expect(rows.map((row) => row.rep_name)).to.deep.equal(["(none)", "Bob", "Bob", "Ann", "Ann"]);
    expect(rows.at(-1)).to.deep.include({
      title: "First",
      team_name: "North",
      company_name: "(none)",
      opportunity_id: won,
      opportunity_name: "Won deal",
      opportunity_currency: "USD",
      duration_seconds: 600,
      signal_name: "empathy",
      score: "9",
      signal_count: "2",
      excerpt: null,
    });
    expect(rows[0]).to.include({ title: "(no title)", opportunity_name: "(none)", score: null });
    expect(total).to.include({ title: "All 5 calls", duration_seconds: "1860" });
  });

  it("is sorted and turned by whole lists", async () => {
    const scores = async (query: string) =>
      sectionOf(await read(`period=all&${query}`), "calls").rows.map(({ score }) => score);
    expect(await scores("sort=-score")).to.deep.equal(["8.5", "7", "6", "4", null]);
    expect(await scores("sort=score&owner=Ann")).to.deep.equal(["4", "7"]);
    expect(await scores("page=2")).to.deep.equal([]);
  });

  it("finds words in transcripts, as people write searches, and shows what is around them", async () => {
    expect(await search("budget")).to.deep.equal([4, 3]);
    // Words have other forms.
    expect(await search("comparing price")).to.deep.equal([4, 3]);
    expect(await search('"budget this year"')).to.deep.equal([4]);
    expect(await search("budget -year")).to.deep.equal([3]);
    expect(await search("vendors or year")).to.deep.equal([4, 3]);
    expect(await search("elephants")).to.deep.equal([]);
    const { rows } = sectionOf(await read("period=all&q=vendors"), "calls");
    expect(rows[0]?.excerpt).to.include("compare «vendors»");
  });

  it("adds up what is found, over the days and people asked for", async () => {
    expect(await summary("period=all&q=budget")).to.include({
      call_count: "2",
      scored_count: "2",
      mean_score: "5.500000",
      rep_count: "1",
    });
    expect((await summary("period=2026-11-04..2026-11-30&q=budget")).call_count).to.equal("1");
    expect((await summary("period=all&q=budget&owner=Bob")).call_count).to.equal("0");
    expect((await summary("period=all&q=budget&team=North")).call_count).to.equal("2");
    expect((await summary("period=all&team=(none)")).call_count).to.equal("1");
  });

  it("finds a participant by the whole e-mail address or name", async () => {
    for (const participant of ["zoe@example.com", "ZOE@example.com", "Zoë O'Neil"])
      expect(await found(String(new URLSearchParams({ participant }))), participant).to.deep.equal([
        3,
      ]);
    for (const participant of ["zoe", "%", "Zoë O''Neil", '"', "[]", '{"name":"x"}'])
      expect(await found(String(new URLSearchParams({ participant }))), participant).to.deep.equal(
        [],
      );
  });

  it("finds what the scoring service answered", async () => {
    const answered = (response: string) => found(String(new URLSearchParams({ response })));
    expect(await answered('{"engine":"x"}')).to.deep.equal([3]);
    expect(await answered(`{"it's": {"deep": 1.50}}`)).to.deep.equal([3]);
    expect(await answered('{"tags":["b"]}')).to.deep.equal([3]);
    expect(await answered('{"engine":"y"}')).to.deep.equal([]);
  });

  it("compares the newest score of a signal", async () => {
    const scored = (score: string) => found(String(new URLSearchParams({ score })));
    expect(await scored("call_score>=7")).to.deep.equal([5, 4]);
    expect(await scored("Call score > 7.0")).to.deep.equal([5]);
    expect(await scored("call_score = 6")).to.deep.equal([17]);
    expect(await scored("call_score≤6")).to.deep.equal([17, 3]);
    // What it was before does not count.
    expect(await scored("call_score<2")).to.deep.equal([]);
    expect(await scored("empathy")).to.deep.equal([3]);
    expect((await summary("period=all&score=empathy")).signal_name).to.equal("empathy");
  });

  it("finds custom fields, a deal and a call, and all of them together", async () => {
    expect(await found("cf.topic=intro")).to.deep.equal([3]);
    expect(await found(`deal=${won}`)).to.deep.equal([5, 3]);
    expect(await found(`deal=${won}&q=budget&cf.topic=intro&score=call_score<5`)).to.deep.equal([
      3,
    ]);
    expect(await found(`deal=${won}&q=year`)).to.deep.equal([]);
  });

  it("finds the calls before the close of deals that were closed in the period", async () => {
    expect(await found("deals=closed")).to.deep.equal([4, 3]);
    expect(await found("deals=won")).to.deep.equal([3]);
    expect(await found("deals=lost")).to.deep.equal([4]);
    expect(await found("deals=won&q=year")).to.deep.equal([]);
    expect(await found("quartile=any")).to.deep.equal([4, 3]);
    // Of two values, 4 is up to the first cut point and 7 above the third.
    expect(await found("quartile=Q1")).to.deep.equal([3]);
    expect(await found("quartile=Q4&deals=won")).to.deep.equal([]);
    const late = await summary("period=2026-11-05..2026-11-05&deals=won");
    expect(late).to.include({ call_count: "1", mean_score: "4.000000" });
    expect((await summary("period=2026-11-03..2026-11-03&deals=won")).call_count).to.equal("0");
  });

  it("shows every score of a call, with its version and confidence", async () => {
    const { rows } = sectionOf(await read("period=2026-11-17..2026-11-17"), "signals");
    expect(
      rows.map((row) => [
        row.signal_name,
        row.scoring_version,
        row.signal_value,
        row.signal_text,
        row.confidence,
        row.is_replaced,
      ]),
    ).to.deep.equal([
      ["call_score", "2", "6", null, "0.7500", false],
      ["call_score", "1", "1", null, "0.7500", true],
      ["mood", "1", null, "good", null, false],
    ]);
  });

  it("shows the scores of few calls only", async () => {
    const other = await createTestDatabase();
    try {
      for (let i = 0; i < 26; i++)
        await addCall(other.pool, { at: `2026-11-${(i % 5) + 10}T10:00:00Z`, scores: { s: i } });
      await refreshMarts(other.pool);
      const count = async (query: string) =>
        sectionOf(await readReport(other.pool, "conversations", query), "signals").rows.length;
      expect(await count("period=all")).to.equal(0);
      expect(await count("period=2026-11-11..2026-11-30")).to.equal(20);
    } finally {
      await other.drop();
    }
  });

  it("is as of now, and as of the cut points only where quartiles are asked for", async () => {
    const marts = async (query: string) => (await read(query)).freshness.marts.length;
    expect(await marts("period=all&q=budget")).to.equal(0);
    expect(await marts("period=all&quartile=Q1")).to.equal(1);
  });
});

/** Where clocks go back at 1 o'clock to midnight, the day begins twice. */
describe("the days of calls", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  for (const [zone, day, first] of [
    ["UTC", "2026-10-25", "2026-10-25T00:00:00Z"],
    ["America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"],
    ["Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z"],
    ["Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z"],
    ["Asia/Beirut", "2026-10-25", "2026-10-24T22:00:00Z"],
    ["Asia/Kolkata", "2026-10-25", "2026-10-24T18:30:00Z"],
  ] as const)
    it(`begin with their first instant: ${day} in ${zone}`, async () => {
      await setTimeZone(db.pool, zone);
      const { rows } = await db.pool.query(
        `SELECT reporting.day_begins_at($1) = $2::timestamptz AS is_first,
           reporting.day_begins_at($1)::text AS begins,
           (($2::timestamptz - interval '1 microsecond') AT TIME ZONE $3)::date < $1 AS is_before,
           ($2::timestamptz AT TIME ZONE $3)::date = $1 AS is_of_day`,
        [day, first, zone],
      );
      expect(rows[0]).to.include({ is_before: true, is_of_day: true });
      expect(rows[0].is_first, rows[0].begins).to.equal(true);
    });
});
