import { foldMart } from "../../src/marts/fold.ts";
import type { Bench } from "./bench.ts";
import { middlePerson, pickRows, settle, touch } from "./changes.ts";
import { median, time } from "./clock.ts";
import { lastRefresh } from "./last-refresh.ts";
import type { LiveMart } from "./live-mart.ts";
import { ms, type Outcome, times } from "./outcome.ts";
import { read } from "./read.ts";
import { plainQuery } from "./section-query.ts";

const CHANGES = 40;
const LIMIT = 1000;

/** What it costs to show one change: the read that meets it first, and its fold, against the refresh it replaces. */
export async function* oneChange(bench: Bench): AsyncGenerator<Outcome> {
  for (const mart of bench.marts) {
    await settle(bench);
    const { fold, extra } = await measure(bench, mart);
    const refresh = await lastRefresh(bench, mart);
    const ratio = refresh / (fold + Math.max(0, extra));
    yield {
      what: `${mart.name}: one change shown, against REFRESH CONCURRENTLY`,
      figure: `fold ${ms(fold)}, read ${ms(extra)} longer; refresh ${ms(refresh)}`,
      ratio: times(ratio),
      limit: `≥ ${LIMIT} ×`,
      holds: ratio >= LIMIT,
    };
  }
}

async function measure(bench: Bench, mart: LiveMart) {
  const person = await middlePerson(bench.pool, mart);
  const { live } = plainQuery(bench, mart, person.id);
  const ids = await pickRows(bench.pool, mart, CHANGES, { of: person.id });
  const folds: number[] = [];
  const extras: number[] = [];
  for (let number = 0; number < CHANGES; number += 1) {
    const without = await read(bench.reader, live);
    await touch(bench.pool, mart, [ids[number % ids.length] as string]);
    extras.push((await read(bench.reader, live)) - without);
    folds.push(await time(() => foldMart(bench.pool, mart.name)));
  }
  return { fold: median(folds), extra: median(extras) };
}
