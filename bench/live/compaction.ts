import type { Bench } from "./bench.ts";
import { middlePerson, pickRows, settle, touch } from "./changes.ts";
import { median, quantile } from "./clock.ts";
import { refresh } from "./last-refresh.ts";
import { ms, type Outcome, times } from "./outcome.ts";
import { read } from "./read.ts";
import { yearOf } from "./rep-year.ts";
import type { Query } from "./section-query.ts";

const LIMIT = 2;
const IDLE_SECONDS = 12;
const CHANGES = 1_000;

/** The p99 of reads while the mart that they read is compacted. */
export async function* compaction(bench: Bench): AsyncGenerator<Outcome> {
  for (const mart of bench.marts) {
    await touch(bench.pool, mart, await pickRows(bench.pool, mart, CHANGES), 100);
    await settle(bench);
    const person = await middlePerson(bench.pool, mart);
    const queries = (await yearOf(bench, mart, person.id)).map(({ live }) => live);
    await readUntil(bench, queries, wait(1));
    const idle = await readUntil(bench, queries, wait(IDLE_SECONDS));
    const refreshing = refresh(bench, mart);
    const busy = await readUntil(bench, queries, refreshing);
    const ratio = quantile(busy, 0.99) / quantile(idle, 0.99);
    yield {
      what: `${mart.report}, a rep's year, during a compaction / idle: p99`,
      figure: `${ms(quantile(busy, 0.99))}, idle ${ms(quantile(idle, 0.99))} (p50 ${ms(median(busy))}, ${ms(median(idle))}; ${busy.length} reads in ${ms(await refreshing)})`,
      ratio: times(ratio),
      limit: `≤ ${LIMIT} ×`,
      holds: ratio <= LIMIT,
    };
  }
}

const wait = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Reads one query after the other. @returns milliseconds of each read */
async function readUntil(bench: Bench, queries: readonly Query[], end: Promise<unknown>) {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  end.then(over, over);
  const took: number[] = [];
  while (!isOver) for (const query of queries) took.push(await read(bench.reader, query));
  await end;
  return took;
}
