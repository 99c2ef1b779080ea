import { foldMart } from "../../src/marts/fold.ts";
import type { Bench } from "./bench.ts";
import { pickRows, settle, touch } from "./changes.ts";
import { median, time } from "./clock.ts";
import { explainFold } from "./fold-plans.ts";
import type { LiveMart } from "./live-mart.ts";
import { count, ms, type Outcome, times } from "./outcome.ts";

const KEYS = 1_000;
const LIMIT = 500;
const ROUNDS = 5;

/** How long a fold of many changed keys takes, and that it reaches each of them by index. */
export async function* foldSpeed(bench: Bench): AsyncGenerator<Outcome> {
  for (const mart of bench.marts) {
    const took: number[] = [];
    let keys = 0;
    for (let round = 0; round <= ROUNDS; round += 1) {
      await change(bench, mart);
      const spent = await time(async () => {
        keys = (await foldMart(bench.pool, mart.name)) ?? 0;
      });
      if (round > 0) took.push(spent); // The first warms up.
    }
    yield {
      what: `${mart.name}: fold of ${count(keys)} changed keys`,
      figure: `${ms(median(took))} (${ms(Math.min(...took))} to ${ms(Math.max(...took))})`,
      ratio: times(median(took) / LIMIT),
      limit: `≤ ${ms(LIMIT)}`,
      holds: median(took) <= LIMIT,
    };
    await change(bench, mart);
    yield await plans(bench, mart);
  }
}

async function change(bench: Bench, mart: LiveMart) {
  await settle(bench);
  await touch(bench.pool, mart, await pickRows(bench.pool, mart, KEYS));
}

async function plans(bench: Bench, mart: LiveMart): Promise<Outcome> {
  const seen = await explainFold(bench.url, mart.name);
  const what = `${mart.name}: plans of such a fold`;
  if (!seen) return { what, figure: "not checked: auto_explain needs a superuser" };
  return {
    what,
    figure:
      seen.whole.length > 0
        ? `reads whole: ${seen.whole.join(", ")}`
        : `index only: ${seen.scans} scans in ${seen.statements} statements`,
    limit: "by index",
    holds: seen.whole.length === 0 && seen.scans > 0,
  };
}
