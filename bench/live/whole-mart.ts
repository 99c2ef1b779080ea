import type { Bench } from "./bench.ts";
import { foldedKeys, pickRows, rowCount, settle, touch } from "./changes.ts";
import type { LiveMart } from "./live-mart.ts";
import { count, ms, type Outcome, times } from "./outcome.ts";
import { compare, computed, read } from "./read.ts";
import { type SectionQuery, sectionQueries } from "./section-query.ts";

const FOLDED = 10_000;
const LOGGED = 10;
const LIMIT = 2;
const ROUNDS = { seconds: 12, least: 3, most: 15, isWarm: true };

/** The widest section of each report over all time, with many keys folded and a few in the log. */
export async function* wholeMart(bench: Bench): AsyncGenerator<Outcome> {
  for (const mart of bench.marts) {
    await settle(bench);
    const widest = await widestSection(bench, mart);
    // A small mart has fewer keys: the same share of it as of a large one.
    const folded = Math.min(FOLDED, Math.ceil((await rowCount(bench.pool, mart)) / 50));
    await touch(bench.pool, mart, await pickRows(bench.pool, mart, folded), 100);
    await settle(bench);
    await touch(bench.pool, mart, await pickRows(bench.pool, mart, LOGGED));
    const result = await compare(bench, widest, ROUNDS, computed);
    yield {
      what: `${mart.report}, all time: ${widest.key}, ${count(await foldedKeys(bench.pool, mart))} folded, ${LOGGED} in the log`,
      figure: `${ms(result.live)}, bare ${ms(result.bare)} (${result.rounds} rounds)`,
      ratio: times(result.ratio),
      limit: `≤ ${LIMIT} ×`,
      holds: result.ratio <= LIMIT,
    };
  }
}

/** The section that takes longest over the bare materialized view, without any filter. */
export async function widestSection(bench: Bench, mart: LiveMart): Promise<SectionQuery> {
  let widest: { section: SectionQuery; took: number } | undefined;
  for (const section of await sectionQueries(bench, mart, { period: "all" })) {
    const took = await read(bench.reader, section.bare, computed);
    if (!widest || took > widest.took) widest = { section, took };
  }
  if (!widest) throw new Error(`no section of ${mart.report} reads ${mart.name}`);
  return widest.section;
}
