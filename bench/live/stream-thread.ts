/** A stream of scores at a rate, and what the service's worker does for the layers meanwhile: folds, prunes, vacuums. */
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { PgBoss } from "pg-boss";
import { createPool } from "../../src/db/pool.ts";
import { createLog } from "../../src/log.ts";
import { readFoldStatus } from "../../src/marts/fold-status.ts";
import { startFolds } from "../../src/marts/folds.ts";
import { refreshMart } from "../../src/marts/refresh.ts";

export interface StreamLoad {
  url: string;
  writers: number;
  /** Rows per second to aim for. */
  rate: number;
  /** Calls of this week, scored one after the other, again and again. */
  current: string[];
  /** Older calls, of which some are scored again. */
  older: string[];
}

export interface StreamResult {
  /** Rows per second that came about. */
  perSecond: number;
  /** Milliseconds of each statement. */
  statements: number[];
  /** Milliseconds of folds, as their status told them. */
  folds: number[];
  /** The most keys in one of them. */
  mostKeys: number;
  /** Refreshes that the worker asked for, and got. */
  refreshes: number;
}

const { url, writers, rate, current, older } = workerData as StreamLoad;
const SIGNALS = ["call_score", "discovery_depth", "next_step_clarity", "small_talk", "price_talk"];
const MOST_CALLS = 20;
const OLDER_SHARE = 0.2;
const FOLD_EVERY_MS = 1_000;
// In the order of the key: two statements that meet in some calls wait for each other, and do not deadlock.
const UPSERT = `
  INSERT INTO crm.conversation_signals (call_id, signal_name, scoring_version, signal_value, confidence, scored_at, source)
  SELECT call_id, signal_name, '1', round((random() * 10)::numeric, 1), 0.9, now(), 'bench'
  FROM (SELECT DISTINCT unnest($1::text[]) AS call_id) AS calls
  CROSS JOIN unnest($2::text[]) AS signal_name
  ORDER BY call_id, signal_name
  ON CONFLICT (call_id, signal_name, scoring_version)
  DO UPDATE SET signal_value = EXCLUDED.signal_value, scored_at = EXCLUDED.scored_at`;

const writing = createPool(url, { name: "bench writer", max: writers });
const pool = createPool(url, { name: "bench upkeep", max: 3 });
const over = new AbortController();
parentPort?.once("message", () => over.abort());

const result: StreamResult = { perSecond: 0, statements: [], folds: [], mostKeys: 0, refreshes: 0 };
const began = performance.now();
let promised = 0;
let written = 0;
let next = 0;

/** The calls of one statement: mostly those that are being recorded, from one to many. */
function someCalls(): string[] {
  const size = 1 + Math.floor(Math.random() * MOST_CALLS);
  if (Math.random() < OLDER_SHARE)
    return Array.from(
      { length: size },
      () => older[Math.floor(Math.random() * older.length)] ?? "",
    );
  const first = next;
  next += size;
  return Array.from(
    { length: size },
    (_, index) => current[(first + index) % current.length] ?? "",
  );
}

async function write() {
  const client = await writing.connect();
  while (!over.signal.aborted) {
    const calls = someCalls();
    promised += calls.length * SIGNALS.length;
    const due = began + (promised / rate) * 1000 - performance.now();
    if (due > 1) await delay(due, undefined, { signal: over.signal }).catch(() => {});
    const start = performance.now();
    const { rowCount } = await client.query({
      name: "upsert",
      text: UPSERT,
      values: [calls, SIGNALS],
    });
    result.statements.push(performance.now() - start);
    written += rowCount ?? 0;
  }
  client.release();
}

/** Remembers what the last fold of each mart was like. */
async function watchFolds() {
  const seen = new Map<string, string | null>();
  while (!over.signal.aborted) {
    for (const { mart, folded_at, duration_ms, key_count } of await readFoldStatus(pool)) {
      if (seen.has(mart) && seen.get(mart) !== folded_at) {
        result.folds.push(duration_ms ?? 0);
        result.mostKeys = Math.max(result.mostKeys, key_count ?? 0);
      }
      seen.set(mart, folded_at);
    }
    await delay(FOLD_EVERY_MS / 2, undefined, { signal: over.signal }).catch(() => {});
  }
}

/** Stands where the queue is, and its worker: refreshes that are asked for run one after the other. */
const boss = {
  send: async (_queue: string, { mart }: { mart: string }) => {
    const refresh = () => refreshMart(pool, mart, { signal: over.signal }).catch(() => {});
    refreshes = refreshes.then(refresh);
    result.refreshes += 1;
  },
} as unknown as PgBoss;
let refreshes: Promise<unknown> = Promise.resolve();

await Promise.all([
  ...Array.from({ length: writers }, write),
  watchFolds(),
  startFolds({ url, log: createLog("error"), signal: over.signal, everyMs: FOLD_EVERY_MS, boss }),
]);
await refreshes;
result.perSecond = (written / (performance.now() - began)) * 1000;
await Promise.all([pool.end(), writing.end()]);
parentPort?.postMessage(result);
