import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { refreshMarts } from "../support/marts.ts";
import { readReport, sectionOf } from "../support/report.ts";

/** 200 closed deals: of every 50 with higher `rises`, 5, 15, 25 and 35 are won. The other signals know only the outcome. */
const DEALS = `
  WITH company AS (INSERT INTO crm.companies (name) VALUES ('Acme') RETURNING id),
  numbers AS (SELECT i, (i % 10) < (ARRAY[1, 3, 5, 7])[i / 50 + 1] AS is_won FROM generate_series(0, 199) AS i),
  ranked AS (SELECT *, row_number() OVER (PARTITION BY is_won ORDER BY i) AS place FROM numbers),
  deals AS (
    INSERT INTO crm.opportunities (name, company_id, stage, amount, close_date, external_id)
    SELECT 'Deal', company.id, CASE WHEN is_won THEN 'Closed Won' ELSE 'Closed Lost' END::crm.opportunity_stage, 10,
      '2026-11-10', i::text
    FROM ranked CROSS JOIN company
    RETURNING id, external_id
  ),
  calls AS (
    INSERT INTO crm.conversations (call_id, opportunity_id, started_at)
    SELECT external_id, id, '2026-11-01T10:00:00Z' FROM deals
    RETURNING call_id
  )
  INSERT INTO crm.conversation_signals (call_id, signal_name, signal_value)
  SELECT ranked.i::text, signal, value
  FROM ranked
  CROSS JOIN LATERAL (VALUES
    ('rises', ranked.i::numeric),
    ('falls', -ranked.i::numeric),
    ('means_nothing', CASE WHEN is_won THEN place * 1.5 ELSE place END),
    ('both_ends', CASE WHEN NOT is_won THEN place WHEN place % 2 = 0 THEN -place ELSE 500 + place END),
    ('rare', CASE WHEN ranked.i % 25 = 0 THEN ranked.i END),
    ('coin', CASE WHEN ranked.i % 2 = 0 THEN 1 ELSE 0 END)
  ) AS scores (signal, value)
  JOIN (SELECT call_id FROM calls) AS stored ON stored.call_id = ranked.i::text
  WHERE value IS NOT NULL`;

describe("signals and outcomes", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await db.pool.query(DEALS);
    await refreshMarts(db.pool);
  });
  after(() => db.drop());

  const read = (query = "") => readReport(db.pool, "signal-outcomes", query);
  const signals = async (query?: string) => sectionOf(await read(query), "signals").rows;
  const signal = async (name: string, query?: string) =>
    (await signals(query)).find((row) => row.signal_name === name) ?? {};

  it("find a direction, and say which", async () => {
    // Expected 20 wins in each 50: chi-square (15² + 5² + 5² + 15²) / 12, z 50 / √60.
    expect(await signal("rises")).to.deep.include({
      finding: "wins more often as it rises",
      n: "200",
      won_count: "80",
      q1_win_rate: "0.100000",
      q4_win_rate: "0.700000",
      lift: "7.000000",
      difference: "0.600000",
      chi_square: "41.666667",
      chi_df: 3,
      trend_z: "6.454972",
      smallest_expected: "20.0000",
    });
    expect(await signal("falls")).to.deep.include({
      finding: "wins less often as it rises",
      trend_z: "-6.454972",
    });
  });

  it("give the Wilson interval of each quartile", async () => {
    const { rows } = sectionOf(await read(), "quartiles");
    const first = rows.find((row) => row.signal_name === "rises" && row.quartile === "Q1");
    expect(first).to.deep.include({
      n: "50",
      won_count: "5",
      win_rate: "0.100000",
      win_rate_low: "0.043476",
      win_rate_high: "0.213602",
      won_amount: "50.0000",
      from_value: "0.000000",
      to_value: "49.750000",
    });
  });

  it("claim no direction for a signal that is best at both ends", async () => {
    const ends = await signal("both_ends");
    expect(ends.finding).to.equal("wins more often at both ends");
    expect(Number(ends.chi_p_adjusted)).to.be.lessThan(0.001);
    expect(Number(ends.trend_p_adjusted)).to.be.greaterThan(0.05);
  });

  it("say so where there is no evidence, or too little data", async () => {
    expect((await signal("means_nothing")).finding).to.equal("no evidence of a relationship");
    expect(await signal("rare")).to.deep.include({
      finding: "insufficient data",
      n: "8",
      chi_p: null,
      trend_p_adjusted: null,
    });
  });

  it("show an empty quartile empty, and count it in no degree of freedom", async () => {
    const { rows } = sectionOf(await read("signal=coin"), "quartiles");
    expect(rows.map((row) => [row.quartile, row.n, row.win_rate !== null])).to.deep.equal([
      ["Q1", "100", true],
      ["Q2", "0", false],
      ["Q3", "100", true],
      ["Q4", "0", false],
    ]);
    expect(await signal("coin")).to.deep.include({ chi_df: 1, q4_win_rate: null, lift: null });
  });

  it("correct for every signal that was tried, also when one is looked at", async () => {
    const rows = await signals();
    const tried = rows.filter((row) => row.chi_p !== null);
    expect(tried).to.have.length(5);
    const sorted = tried.map((row) => Number(row.chi_p)).sort((a, b) => a - b);
    for (const row of tried) {
      const rank = sorted.indexOf(Number(row.chi_p));
      const adjusted = Math.min(1, ...sorted.map((p, i) => (i >= rank ? (p * 5) / (i + 1) : 1)));
      expect(Number(row.chi_p_adjusted)).to.be.closeTo(adjusted, 1e-12);
    }
    const alone = await signal("both_ends", "signal=both_ends");
    expect(alone).to.deep.equal(rows.find((row) => row.signal_name === "both_ends"));
  });

  it("take the deals of the period", async () => {
    expect(await signals("period=2026-11-11..2026-11-20")).to.deep.equal([]);
    const page = await read("period=2026-11-11..2026-11-20");
    expect(sectionOf(page, "summary").rows[0]).to.deep.include({
      closed_count: "0",
      win_rate: null,
    });
  });

  it("show the cut points with their instant", async () => {
    const page = await read("signal=rises");
    const [cut] = sectionOf(page, "cut_points").rows;
    expect(cut).to.deep.include({ p25: "49.750000", p50: "99.500000", opportunity_count: "200" });
    expect(cut?.as_of).to.match(/^\d{4}-\d\d-\d\d /);
  });
});
