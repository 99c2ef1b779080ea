import { expect } from "chai";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

/** Reference values were computed with 40 digits (mpmath) and agree with SciPy's chi2.sf, norm.sf and proportion_ci. */
describe("stats", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.drop());

  const value = async (expression: string): Promise<number | null> =>
    (await db.pool.query(`SELECT ${expression} AS value`)).rows[0].value;

  const close = async (expression: string, expected: number) => {
    const actual = await value(expression);
    const error =
      expected === 0 ? Math.abs(Number(actual)) : Math.abs(Number(actual) / expected - 1);
    expect(error, `${expression} = ${actual}, expected ${expected}`).to.be.lessThan(1e-10);
  };

  const chiSquare: [statistic: number, df: number, p: number][] = [
    [3.841458820694124, 1, 0.05000000000000006],
    [0.5, 1, 0.4795001221869535],
    [1e-12, 1, 0.9999992021154392],
    [100, 1, 1.523970604832105e-23],
    [1000, 1, 1.7958327848007262e-219],
    [0.001, 2, 0.9995001249791693],
    [10, 3, 0.018566135463043233],
    [7.814727903251179, 3, 0.05000000000000002],
    [1400, 3, 2.945619361016309e-303],
    [25.5, 7, 0.0006184594932633923],
    [16, 30, 0.9827430096020335],
    [31, 30, 0.4154071101477917],
    [32, 31, 0.41674402994554277],
    [80, 100, 0.9296649333406051],
    [300, 100, 7.412100857322876e-22],
    [900, 1000, 0.9892827619087102],
    [1000, 1000, 0.49405285382923964],
    [1200, 1000, 1.2255942330622905e-5],
    [1001000, 1000000, 0.23967680482552137],
  ];
  for (const [statistic, df, p] of chiSquare) {
    it(`gives the upper tail of chi-square at ${statistic} with ${df} degrees of freedom`, () =>
      close(`stats.chi_square_p(${statistic}, ${df})`, p));
  }

  const normal: [z: number, p: number][] = [
    [0, 1],
    [1, 0.3173105078629141],
    [1.959963984540054, 0.050000000000000024],
    [-3, 0.002699796063260189],
    [6, 1.973175290075396e-9],
    [20, 5.5072482372124675e-89],
    [37, 1.1451142445049154e-299],
  ];
  for (const [z, p] of normal) {
    it(`gives both tails of the normal distribution at ${z}`, () =>
      close(`stats.normal_two_sided_p(${z})`, p));
  }

  const wilson: [successes: number, n: number, low: number, high: number][] = [
    [5, 10, 0.236593090512564, 0.763406909487436],
    [0, 10, 0, 0.2775327998628892],
    [10, 10, 0.7224672001371109, 1],
    [45, 100, 0.35614537979511984, 0.5475539700255787],
    [3, 7, 0.1582198552514697, 0.7495416354723428],
    [0, 1, 0, 0.7934506856227626],
    [999999, 1000000, 0.9999943350881957, 0.9999998234754233],
    [1, 1000000000, 1.7652455495696316e-10, 5.6649342432974385e-9],
  ];
  for (const [successes, n, low, high] of wilson) {
    it(`gives the Wilson interval of ${successes} out of ${n}`, async () => {
      await close(`stats.wilson_low(${successes}, ${n})`, low);
      await close(`stats.wilson_high(${successes}, ${n})`, high);
    });
  }

  it("takes another level of confidence", () =>
    close("stats.wilson_low(5, 10, 2.5758293035489004)", 0.18422551824723546));

  it("puts Wilson intervals into the query as formulas, which cost no call", async () => {
    const { rows } = await db.pool.query(
      `EXPLAIN (VERBOSE) SELECT stats.wilson_low(n, 2 * n), stats.wilson_high(n, 2 * n)
       FROM generate_series(1::bigint, 9) AS n`,
    );
    expect(JSON.stringify(rows)).to.include("sqrt").and.not.include("wilson");
  });

  it("answers 0 where the tail is smaller than any number, and 1 where the statistic is 0", async () => {
    expect(await value("stats.chi_square_p(2000, 5)")).to.equal(0);
    expect(await value("stats.chi_square_p('Infinity', 5)")).to.equal(0);
    expect(await value("stats.normal_two_sided_p(1e300)")).to.equal(0);
    expect(await value("stats.chi_square_p(0, 5)")).to.equal(1);
    expect(await value("stats.chi_square_p(-1e-15, 5)")).to.equal(1);
    expect(await value("stats.chi_square_p(5e-324, 1)")).to.equal(1);
  });

  it("answers NULL where there is nothing to compute from", async () => {
    for (const expression of [
      "stats.wilson_low(0, 0)",
      "stats.wilson_high(0, 0)",
      "stats.wilson_low(3, 2)",
      "stats.wilson_low(NULL, 2)",
      "stats.wilson_high(2, NULL)",
      "stats.wilson_high(NULL, NULL)",
      "stats.chi_square_p(1, 0)",
      "stats.chi_square_p('NaN', 1)",
      "stats.chi_square_p(NULL, 1)",
      "stats.normal_two_sided_p(NULL)",
    ]) {
      expect(await value(expression), expression).to.equal(null);
    }
  });

  it("falls from 1 to 0 without a jump between its two methods", async () => {
    const { rows } = await db.pool.query(`
      WITH tails AS (
        SELECT df, x, stats.chi_square_p(x, df) AS p,
          lag(stats.chi_square_p(x, df)) OVER (PARTITION BY df ORDER BY x) AS before
        FROM unnest(ARRAY[1, 2, 3, 31, 32, 33, 200]) AS df
        CROSS JOIN LATERAL (SELECT df + 2 + (n - 500) * 1e-3 AS x FROM generate_series(0, 1000) AS n) AS steps
      )
      SELECT count(*), count(*) FILTER (WHERE p < before AND before - p < 1e-3) AS smooth
      FROM tails WHERE before IS NOT NULL`);
    expect(rows).to.deep.equal([{ count: "7000", smooth: "7000" }]);
  });

  it("may be used by the reader", async () => {
    const client = await db.pool.connect();
    try {
      await client.query("BEGIN; SET LOCAL ROLE tidemark_reader");
      await client.query(
        "SELECT stats.wilson_low(1, 2), stats.wilson_high(1, 2), stats.chi_square_p(1, 2), stats.normal_two_sided_p(1)",
      );
      await client.query("ROLLBACK");
    } finally {
      client.release();
    }
  });
});
