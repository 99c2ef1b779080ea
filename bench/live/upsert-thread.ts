/** Clients that upsert one signal each, as fast as they can. */
import { parentPort, workerData } from "node:worker_threads";
import { createPool } from "../../src/db/pool.ts";

export interface UpsertLoad {
  url: string;
  clients: number;
  seconds: number;
  /** Calls to score; chosen at random. */
  calls: string[];
}

export interface UpsertResult {
  perSecond: number;
  /** Milliseconds of each upsert. */
  took: number[];
  /** Share of one processor that the clients themselves took. */
  busy: number;
}

const { url, clients, seconds, calls } = workerData as UpsertLoad;
const SIGNALS = ["call_score", "discovery_depth", "next_step_clarity", "small_talk", "price_talk"];
// Scored long ago by a version of its own: never the newest, so that not a row of a mart changes.
const UPSERT = `
  INSERT INTO crm.conversation_signals (call_id, signal_name, scoring_version, signal_value, scored_at, source)
  VALUES ($1, $2, 'bench', $3, '1970-01-01', 'bench')
  ON CONFLICT (call_id, signal_name, scoring_version) DO UPDATE SET signal_value = EXCLUDED.signal_value`;
const WARM_UP_MS = 300;

const anyOf = <T>(list: readonly T[]) => list[Math.floor(Math.random() * list.length)] as T;

const pool = createPool(url, { name: "bench writer", max: clients });
const took: number[] = [];
const began = performance.now() + WARM_UP_MS;
const end = began + seconds * 1000;

async function write() {
  const client = await pool.connect();
  for (;;) {
    const start = performance.now();
    if (start >= end) break;
    const values = [anyOf(calls), anyOf(SIGNALS), (Math.random() * 10).toFixed(2)];
    await client.query({ name: "upsert", text: UPSERT, values });
    if (start >= began) took.push(performance.now() - start);
  }
  client.release();
}

const usedBefore = process.cpuUsage();
await Promise.all(Array.from({ length: clients }, write));
const { user, system } = process.cpuUsage(usedBefore);
await pool.end();
parentPort?.postMessage({
  perSecond: took.length / seconds,
  took,
  busy: (user + system) / 1e6 / (seconds + WARM_UP_MS / 1000),
} satisfies UpsertResult);
