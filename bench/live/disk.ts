import type pg from "pg";
import { loadDemo } from "../../src/demo/load.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import { refreshAll } from "../../src/marts/refresh-all.ts";
import { withScratchDatabase } from "../scratch-database.ts";
import type { Bench } from "./bench.ts";
import { someCalls } from "./changes.ts";
import { quantile } from "./clock.ts";
import { watchLocks } from "./lock-waits.ts";
import { ms, type Outcome, times } from "./outcome.ts";
import type { StreamLoad, StreamResult } from "./stream-thread.ts";
import { startLoad } from "./thread.ts";

const SCALE = 0.05;
/** When sizes are looked at, as shares of all compactions. */
const LOOKS = [0.1, 0.5, 1];
const ROWS_PER_SECOND = 500;
const IDLE_MS = 15_000;
/** The last size against the one after the first compactions. */
const GROWTH_LIMIT = 1.5;
const WAIT_LIMIT_MS = 50;

interface Sizes {
  compactions: number;
  /** Bytes of the materialized views with their indexes, of the deltas, and of the logs. */
  marts: number;
  deltas: number;
  logs: number;
}

interface Writes extends StreamResult {
  longestWait: number;
}

/** What many compactions under writes leave on the disk, and how long writers wait for locks meanwhile. */
export async function* disk({ url, marts, say, compactions }: Bench): AsyncGenerator<Outcome> {
  const names = marts.map(({ name }) => name);
  const looks = LOOKS.map((share) => Math.ceil(share * compactions));
  const outcomes: Outcome[] = [];
  const work = async (pool: pg.Pool, ownUrl: string) => {
    await loadDemo(pool, { scale: SCALE, seed: 1 });
    await refreshAll(pool);
    const load = await loadOf(pool, ownUrl);
    const idle = await underWrites(load, () => new Promise((end) => setTimeout(end, IDLE_MS)));
    const sizes = [await measure(pool, names, 0)];
    const busy = await underWrites(load, async () => {
      for (let round = 1; round <= compactions; round += 1) {
        for (const name of names) await refreshMart(pool, name);
        if (!looks.includes(round)) continue;
        sizes.push(await measure(pool, names, round));
        say(`${round} compactions`);
      }
    });
    outcomes.push(...sizes.map((one) => describe(one, sizes)), ...describeWriters(busy, idle));
  };
  await withScratchDatabase(work, url);
  yield* outcomes;
}

const loadOf = async (pool: pg.Pool, url: string): Promise<StreamLoad> => ({
  url,
  writers: 4,
  rate: ROWS_PER_SECOND,
  current: await someCalls(pool, 1_000),
  older: await someCalls(pool, 4_000),
});

async function underWrites(load: StreamLoad, work: () => Promise<unknown>): Promise<Writes> {
  const locks = watchLocks(load.url, "tidemark bench writer");
  const writing = startLoad<StreamResult>("./stream-thread.ts", load);
  try {
    await work();
  } finally {
    await writing.stop().catch(() => {});
  }
  return { ...(await writing.done), longestWait: await locks.stop() };
}

async function measure(pool: pg.Pool, names: string[], compactions: number): Promise<Sizes> {
  const { rows } = await pool.query(
    `SELECT
       sum(pg_total_relation_size('mart.' || name)) AS marts,
       sum(
         pg_total_relation_size('mart.' || name || '_delta')
         + pg_total_relation_size('mart.' || name || '_delta_keys')
       ) AS deltas,
       (SELECT sum(pg_total_relation_size(log)) FROM mart.captured_tables) AS logs
     FROM unnest($1::text[]) AS name`,
    [names],
  );
  const { marts, deltas, logs } = rows[0];
  return { compactions, marts: Number(marts), deltas: Number(deltas), logs: Number(logs) };
}

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
const total = ({ marts, deltas, logs }: Sizes) => marts + deltas + logs;

function describe(size: Sizes, sizes: readonly Sizes[]): Outcome {
  const early = sizes[1] ?? size;
  const growth = total(size) / total(early);
  const isLast = size === sizes.at(-1);
  return {
    what: `disk after ${size.compactions} compactions of each mart, scale ${SCALE}, ${ROWS_PER_SECOND} rows/s written`,
    figure: `marts ${megabytes(size.marts)}, deltas ${megabytes(size.deltas)}, logs ${megabytes(size.logs)}`,
    ...(isLast && {
      ratio: times(growth),
      limit: `≤ ${GROWTH_LIMIT} ×`,
      holds: growth <= GROWTH_LIMIT,
    }),
  };
}

function* describeWriters(busy: Writes, idle: Writes): Generator<Outcome> {
  const p99 = ({ statements }: Writes) => ms(quantile(statements, 0.99));
  yield {
    what: "writers during compactions one after the other, without",
    figure: `statement p99 ${p99(busy)}, ${p99(idle)}; ${Math.round(busy.perSecond)}, ${Math.round(idle.perSecond)} rows/s`,
  };
  yield {
    what: "longest wait of a writer for a lock, in samples every 10 ms",
    figure: `${ms(busy.longestWait)}, without compactions ${ms(idle.longestWait)}`,
    limit: `≤ ${WAIT_LIMIT_MS} ms`,
    holds: busy.longestWait <= WAIT_LIMIT_MS,
  };
}
