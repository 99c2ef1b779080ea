import { foldMart } from "../../src/marts/fold.ts";
import type { Bench } from "./bench.ts";
import { settle } from "./changes.ts";
import { median, quantile } from "./clock.ts";
import { ms, type Outcome } from "./outcome.ts";
import { type Probe, probeFor } from "./probe.ts";
import { read } from "./read.ts";

const WRITES = 200;
const FOLD_EVERY_MS = 150;

/** Commits, each followed by a read in another session: whether the read has it. Folds go on meanwhile. */
export async function* visible(bench: Bench): AsyncGenerator<Outcome> {
  for (const mart of bench.marts) {
    await settle(bench);
    const probe = await probeFor(bench.pool, mart);
    const folding = keepFolding(bench, mart.name);
    const took: number[] = [];
    let misses = 0;
    try {
      for (let number = 1; number <= WRITES; number += 1) {
        const began = performance.now();
        await bench.pool.query(probe.write, [number]);
        misses += (await isVisible(bench, probe, number)) ? 0 : 1;
        took.push(performance.now() - began);
      }
    } finally {
      await folding.stop();
    }
    yield {
      what: `${mart.name}: ${WRITES} commits, each read by another session at once`,
      figure: `write and read p50 ${ms(median(took))}, p99 ${ms(quantile(took, 0.99))}; ${folding.folds()} folds`,
      ratio: `${misses} missed`,
      limit: "0",
      holds: misses === 0,
    };
  }
}

async function isVisible({ reader }: Bench, probe: Probe, number: number): Promise<boolean> {
  let seen: unknown;
  await read(reader, { text: probe.read, values: [number] }, async (client, { text, values }) => {
    const { rows } = await client.query(text, values);
    seen = rows[0]?.seen;
    return 0;
  });
  return seen === true;
}

function keepFolding({ pool }: Bench, mart: string) {
  let isOver = false;
  let folds = 0;
  const loop = (async () => {
    while (!isOver) {
      if (await foldMart(pool, mart)) folds += 1;
      await new Promise((resolve) => setTimeout(resolve, FOLD_EVERY_MS));
    }
  })();
  loop.catch(() => {});
  return {
    folds: () => folds,
    stop: () => {
      isOver = true;
      return loop;
    },
  };
}
