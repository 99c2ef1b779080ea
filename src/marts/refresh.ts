import pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { TidemarkError } from "../errors.ts";
import { cancelOnAbort } from "./cancel.ts";
import { awaitPartitions, capturePartitions, hasLayers, noteLayer } from "./layers.ts";
import { lockFolds, lockMart, unlockFolds, unlockMart } from "./lock.ts";
import { findMart, listMarts, type Mart } from "./registry.ts";
import { fillRollups, settleRollups } from "./rollups.ts";
import { assertSeesAllRows } from "./row-security.ts";
import {
  closeInterrupted,
  hasRunSince,
  oldestOf,
  recordFailure,
  recordStart,
  recordSuccess,
  renewIfUnchanged,
} from "./runs.ts";

const CANCELLED = "57014";

/** Joining millions of scores spills to disk again and again below this; a server that allows more is left alone. */
const ENOUGH_MEMORY = `
  SELECT set_config('work_mem', '64MB', true)
  WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB')`;

/** Nobody waits for the refresh of a live mart; with all processors at work on it, readers would. */
const ONE_PROCESSOR = "SET LOCAL max_parallel_workers_per_gather = 0";

export interface RefreshOptions {
  /** Cancels the refresh; what readers see stays as it was. */
  signal?: AbortSignal;
  /** Only fill the mart when it is empty. */
  unlessPopulated?: boolean;
  /** Only when something that it is computed from has changed since its last refresh. */
  unlessUnchanged?: boolean;
}

/**
 * `shared`: another process began one after this call did, and it serves both. `populated`, `unchanged`: there was
 * nothing to do.
 */
export type RefreshOutcome = "refreshed" | "shared" | "populated" | "unchanged";

/**
 * Refreshes one mart, so that it holds all that was committed before the call. Readers go on meanwhile, except
 * during the first fill. One refresh per mart runs at a time in all processes; a second caller waits, and then
 * uses the refresh of another that began after its own call.
 * @throws TidemarkError `unknown_mart`, `refresh_failed` (also in ops.refresh_runs), `rows_hidden`
 */
export async function refreshMart(
  pool: pg.Pool,
  name: string,
  { signal, unlessPopulated = false, unlessUnchanged = false }: RefreshOptions = {},
): Promise<RefreshOutcome> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const requestedAt = await clock(client);
    await lockMart(client, name, signal);
    const mart = findMart(await listMarts(client), name);
    if (mart.isPopulated && unlessPopulated) return "populated";
    if (await hasRunSince(client, name, requestedAt)) return "shared";
    await closeInterrupted(client, name);
    if (
      unlessUnchanged &&
      mart.isPopulated &&
      (await renewIfUnchanged(client, name, mart.dependsOn))
    ) {
      await settleRollups(client, name);
      return "unchanged";
    }
    await assertSeesAllRows(client, name);
    await fill(pool, client, mart, signal);
    return "refreshed";
  } catch (error) {
    // Whatever state the session is in, a new one is clean, and holds no lock.
    broken = error as Error;
    throw error;
  } finally {
    if (!broken) await unlockMart(client, name).catch((error) => (broken = error));
    client.release(broken);
  }
}

async function fill(pool: pg.Pool, client: pg.PoolClient, mart: Mart, signal?: AbortSignal) {
  const timeout = await timeoutSeconds(client, mart.name);
  const stopListening = await cancelOnAbort(pool, client, signal);
  try {
    await client.query(`SET statement_timeout = '${timeout}s'`);
    const run = await recordStart(client, mart.name, mart.isPopulated ? "concurrent" : "first");
    // Before the snapshot of the first fill, so that the changes from here on are kept for the folds after it.
    if (mart.isLive && !(await hasLayers(client, mart.name)))
      await noteLayer(client, mart.name, "delta");
    await replaceRows(client, mart, run, signal).catch(async (error) => {
      await client.query("ROLLBACK").catch(() => {});
      const failure = explain(error, { mart: mart.name, timeout, signal });
      // By another session when this one is lost.
      await recordFailure(client, run, failure.message).catch(() =>
        recordFailure(pool, run, failure.message),
      );
      throw failure;
    });
    await settleRollups(client, mart.name);
    await vacuum(client, mart.name);
    await client.query("RESET statement_timeout");
  } finally {
    stopListening();
  }
}

async function replaceRows(
  client: pg.PoolClient,
  mart: Mart,
  run: string,
  signal: AbortSignal | undefined,
) {
  if (mart.isLive) await capturePartitions(client, mart.name);
  const now = await beginSnapshot(client, mart);
  const snapshotAt = await oldestOf(client, now, mart.dependsOn);
  await client.query(ENOUGH_MEMORY);
  if (mart.isLive && mart.isPopulated) await client.query(ONE_PROCESSOR);
  // What aborts between two statements cancels nothing.
  signal?.throwIfAborted();
  await client.query(
    `REFRESH MATERIALIZED VIEW ${mart.isPopulated ? "CONCURRENTLY " : ""}${viewOf(mart.name)}`,
  );
  if (!mart.isPopulated) await layTogether(client, mart.name);
  if (mart.isLive) await noteLayer(client, mart.name, "base");
  await fillRollups(client, mart.name);
  const { rows } = await client.query(`SELECT count(*) FROM ${viewOf(mart.name)}`);
  // In the same transaction, so that the run says success exactly when readers have the new rows.
  await recordSuccess(client, run, { snapshotAt, rowCount: rows[0].count });
  await client.query("COMMIT");
}

/**
 * Opens the transaction and fixes the snapshot that all of it sees. No fold may be under way at that instant: one with
 * an older snapshot that commits later would cover newer rows with its own. Folds after it are newer.
 * @returns the instant
 */
async function beginSnapshot(client: pg.PoolClient, mart: Mart): Promise<string> {
  if (!mart.isLive) {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    return clock(client);
  }
  await lockFolds(client, mart.name);
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  const now = await clock(client);
  await unlockFolds(client, mart.name);
  await awaitPartitions(client, mart.name);
  return now;
}

/** Puts rows that are read together on the same pages, where the mart has an index that says which. Nobody reads them yet. */
async function layTogether(client: pg.PoolClient, mart: string) {
  const { rowCount } = await client.query(
    "SELECT FROM pg_index WHERE indrelid = $1::regclass AND indisclustered",
    [viewOf(mart)],
  );
  if (rowCount) await client.query(`CLUSTER ${viewOf(mart)}`);
}

/** Fresh statistics, and a visibility map for index-only scans. Cut short, the mart is right, only slower to read. */
async function vacuum(client: pg.PoolClient, mart: string) {
  await client.query(`VACUUM (ANALYZE) ${viewOf(mart)}`).catch((error: { code?: string }) => {
    if (error.code !== CANCELLED) throw error;
  });
}

const viewOf = (mart: string) => `mart.${pg.escapeIdentifier(mart)}`;

const clock = async (db: Queryable): Promise<string> =>
  (await db.query("SELECT statement_timestamp() AS now")).rows[0].now;

const timeoutSeconds = async (db: Queryable, mart: string): Promise<number> =>
  (
    await db.query(
      "SELECT coalesce((SELECT timeout_seconds FROM ops.refresh_schedule WHERE mart = $1), 600) AS seconds",
      [mart],
    )
  ).rows[0].seconds;

function explain(
  error: Error & { code?: string },
  { mart, timeout, signal }: { mart: string; timeout: number; signal: AbortSignal | undefined },
) {
  const why = signal?.aborted
    ? "it was cancelled"
    : error.code === CANCELLED
      ? `it took longer than ${timeout} s (timeout_seconds in ops.refresh_schedule)`
      : error.message;
  return new TidemarkError("refresh_failed", 500, `Mart ${mart} was not refreshed: ${why}`, {
    cause: error,
  });
}
