import type pg from "pg";
import type { Bench } from "./bench.ts";
import { middlePerson, settle, someCalls } from "./changes.ts";
import { median, quantile } from "./clock.ts";
import { count, ms, type Outcome, times } from "./outcome.ts";
import { type ComparedPages, comparePages, sidesOf } from "./page.ts";
import { type Compared, compare, computed } from "./read.ts";
import { yearOf } from "./rep-year.ts";
import type { SectionQuery } from "./section-query.ts";
import type { StreamLoad, StreamResult } from "./stream-thread.ts";
import { startLoad } from "./thread.ts";
import { widestSection } from "./whole-mart.ts";

const FIRST_RATE = 2_000;
const LEAST_RATE = 250;
const MOST_RATE = 32_000;
const LIMIT = 2_000;
/** What the reads may take, against the bare materialized view under the same load. */
const YEAR_LIMIT = 1.5;
const WHOLE_LIMIT = 2;
const WRITERS = 4;
const CURRENT_CALLS = 10_000;
const OLDER_CALLS = 20_000;
const WARM_UP_MS = 4_000;
const YEAR_ROUNDS = { seconds: 3, least: 10, most: 200 };
/** The widest take seconds each. */
const WHOLE_ROUNDS = { seconds: 6, least: 1, most: 6, isWarm: true };

interface Reads {
  name: string;
  mart: string;
  person: string;
  year: SectionQuery[];
  whole: SectionQuery;
}

/** The highest rate of signal upserts at which reads stay within their limits: doubled while it holds, halved until it does. */
export async function* stream(bench: Bench): AsyncGenerator<Outcome> {
  await settle(bench);
  const load = await prepare(bench);
  const reads: Reads[] = [];
  for (const mart of bench.marts) {
    const { id } = await middlePerson(bench.pool, mart);
    reads.push({
      name: mart.report,
      mart: mart.name,
      person: id,
      year: await yearOf(bench, mart, id),
      whole: await widestSection(bench, mart),
    });
  }
  let best = 0;
  try {
    for (let rate: number | undefined = FIRST_RATE; rate; ) {
      const step = await measureAt(bench, { ...load, rate }, reads);
      yield describe(rate, step);
      if (step.holds) best = Math.max(best, step.perSecond);
      rate = nextRate(rate, step.holds);
      await settle(bench);
    }
  } finally {
    await bench.pool.query("DELETE FROM crm.conversations WHERE source = 'bench'");
    await settle(bench);
  }
  yield {
    what: "signal upserts per second while reads stay within their limits",
    figure: best > 0 ? `${count(best)} rows/s` : `below ${count(LEAST_RATE)} rows/s`,
    ratio: times(best / LIMIT),
    limit: `≥ ${count(LIMIT)}/s`,
    holds: best >= LIMIT * 0.95,
  };
}

/** Doubled while it holds, or halved from the first on until it does. */
function nextRate(rate: number, holds: boolean): number | undefined {
  if (holds) return rate >= FIRST_RATE && rate < MOST_RATE ? rate * 2 : undefined;
  return rate <= FIRST_RATE && rate > LEAST_RATE ? rate / 2 : undefined;
}

interface Step extends StreamResult {
  year: ComparedPages;
  yearOf: string;
  whole: Compared;
  wholeOf: string;
  holds: boolean;
}

async function measureAt(bench: Bench, load: StreamLoad, reads: readonly Reads[]): Promise<Step> {
  bench.say(`stream of ${count(load.rate)} rows/s`);
  const running = startLoad<StreamResult>("./stream-thread.ts", load);
  const years: [string, ComparedPages][] = [];
  const wholes: [string, Compared][] = [];
  let result: StreamResult;
  try {
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    for (const { name, mart, person, year, whole } of reads) {
      const { live, bare } = sidesOf(mart, person, year);
      years.push([name, await comparePages(bench, live, bare, YEAR_ROUNDS)]);
      wholes.push([`${name} ${whole.key}`, await compare(bench, whole, WHOLE_ROUNDS, computed)]);
    }
  } finally {
    result = await running.stop();
  }
  const [yearOf, year] = worst(years);
  const [wholeOf, whole] = worst(wholes);
  const holds =
    result.perSecond >= load.rate * 0.95 && year.ratio <= YEAR_LIMIT && whole.ratio <= WHOLE_LIMIT;
  return { ...result, year, yearOf, whole, wholeOf, holds };
}

const worst = <R extends { ratio: number }>(results: readonly [string, R][]): [string, R] =>
  results.reduce((one, other) => (other[1].ratio > one[1].ratio ? other : one));

const describe = (rate: number, step: Step): Outcome => ({
  what: `at ${count(rate)} rows/s: year ${step.yearOf}, whole ${step.wholeOf}`,
  figure:
    `year ${ms(step.year.live)}, bare ${ms(step.year.bare)}; whole ${ms(step.whole.live)}, bare ${ms(step.whole.bare)}; ` +
    `${count(step.perSecond)} rows/s, statement p99 ${ms(quantile(step.statements, 0.99))}, ` +
    `fold p50 ${ms(median(step.folds))}, at most ${count(step.mostKeys)} keys, ${step.refreshes} refreshes`,
  ratio: `${times(step.year.ratio)}, ${times(step.whole.ratio)}`,
  limit: `≤ ${YEAR_LIMIT}, ${WHOLE_LIMIT} ×`,
  holds: step.holds,
});

/** New calls of this week, of all reps and their open deals, for the writers to score. */
async function prepare({ pool, url }: Bench): Promise<Omit<StreamLoad, "rate">> {
  await pool.query("DELETE FROM crm.conversations WHERE source = 'bench'");
  const { rows } = await pool.query<{ id: string }>(NEW_CALLS, [CURRENT_CALLS]);
  return {
    url,
    writers: WRITERS,
    current: rows.map(({ id }) => id),
    older: await someOlderCalls(pool),
  };
}

const someOlderCalls = (pool: pg.Pool) => someCalls(pool, OLDER_CALLS, "source <> 'bench'");

const NEW_CALLS = `
  WITH deals AS (
    SELECT id, company_id, owner_user_id, row_number() OVER (PARTITION BY owner_user_id ORDER BY random()) AS turn
    FROM crm.opportunities
    WHERE owner_user_id IS NOT NULL AND stage NOT IN (SELECT stage FROM crm.opportunity_stages WHERE outcome <> 'open')
  ),
  calls AS (
    SELECT deals.*, copy
    FROM deals
    CROSS JOIN generate_series(1, 100) AS copy
    ORDER BY copy, turn
    LIMIT $1
  )
  INSERT INTO crm.conversations (call_id, title, rep_user_id, company_id, opportunity_id, started_at, duration_seconds, source)
  SELECT 'bench-' || id || '-' || copy, 'Call', owner_user_id, company_id, id, now() - random() * interval '2 hours', 1500, 'bench'
  FROM calls
  RETURNING call_id AS id`;
