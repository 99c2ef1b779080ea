/** A stream of scores at a rate, and the folds and prunes that the service would do meanwhile. */
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { createPool } from "../../src/db/pool.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { pruneChanges } from "../../src/marts/prune.ts";

export interface StreamLoad {
  url: string;
  marts: string[];
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
  /** Milliseconds of each fold. */
  folds: number[];
  /** The most keys in one fold. */
  mostKeys: number;
}

const { url, marts, writers, rate, current, older } = workerData as StreamLoad;
const SIGNALS = ["call_score", "discovery_depth", "next_step_clarity", "small_talk", "price_talk"];
const MOST_CALLS = 20;
const OLDER_SHARE = 0.2;
const FOLD_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 10_000;
// In the order of the key: two statements that meet in some calls wait for each other, and do not deadlock.
const UPSERT = `
  INSERT INTO crm.conversation_signals (call_id, signal_name, scoring_version, signal_value, confidence, scored_at, source)
  SELECT call_id, signal_name, '1', round((random() * 10)::numeric, 1), 0.9, now(), 'bench'
  FROM (SELECT DISTINCT unnest($1::text[]) AS call_id) AS calls
  CROSS JOIN unnest($2::text[]) AS signal_name
  ORDER BY call_id, signal_name
  ON CONFLICT (call_id, signal_name, scoring_version)
  DO UPDATE SET signal_value = EXCLUDED.signal_value, scored_at = EXCLUDED.scored_at`;

const pool = createPool(url, { name: "bench stream", max: writers + marts.length + 1 });
const over = new AbortController();
parentPort?.once("message", () => over.abort());

const result: StreamResult = { perSecond: 0, statements: [], folds: [], mostKeys: 0 };
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
  const client = await pool.connect();
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

/** Every so often, counted from beginning to beginning. */
async function repeat(everyMs: number, work: () => Promise<unknown>) {
  while (!over.signal.aborted) {
    const start = performance.now();
    await work();
    const rest = start + everyMs - performance.now();
    if (rest > 0) await delay(rest, undefined, { signal: over.signal }).catch(() => {});
  }
}

async function fold() {
  for (const mart of marts) {
    const start = performance.now();
    const keys = await foldMart(pool, mart);
    if (!keys) continue;
    result.folds.push(performance.now() - start);
    result.mostKeys = Math.max(result.mostKeys, keys);
  }
}

await Promise.all([
  ...Array.from({ length: writers }, write),
  repeat(FOLD_EVERY_MS, fold),
  repeat(PRUNE_EVERY_MS, () => pruneChanges(pool)),
]);
result.perSecond = (written / (performance.now() - began)) * 1000;
await pool.end();
parentPort?.postMessage(result);
