import { hostname } from "node:os";
import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { tryLockMart, unlockMart } from "./lock.ts";

export type RefreshKind = "first" | "concurrent";

const KEEP_DAYS = 90;
/** Machine and process, as runs record them. */
export const THIS_PROCESS = `${hostname()} ${process.pid}`;

/** @returns the id of the run */
export async function recordStart(db: Queryable, mart: string, kind: RefreshKind): Promise<string> {
  const { rows } = await db.query(
    "INSERT INTO ops.refresh_runs (mart, kind, worker) VALUES ($1, $2, $3) RETURNING id",
    [mart, kind, THIS_PROCESS],
  );
  return rows[0].id;
}

/** In the refresh's own snapshot, so that the count of changes is of what the mart was computed from. */
export async function recordSuccess(
  db: Queryable,
  run: string,
  { snapshotAt, rowCount }: { snapshotAt: string; rowCount: string },
) {
  await db.query(
    `UPDATE ops.refresh_runs AS run
     SET
       status = 'succeeded', snapshot_at = $2, row_count = $3, finished_at = clock_timestamp(),
       change_count = ${changeCount("run.mart")}
     WHERE id = $1`,
    [run, snapshotAt, rowCount],
  );
}

/**
 * Where nothing that a mart is computed from has changed since its last refresh, dates that one anew: it holds all that
 * was committed before now.
 * @param bases marts that it reads: one refreshed since may have rows that it has not
 * @returns false where something may have changed; a migration may have changed its definition
 */
export async function renewIfUnchanged(
  db: Queryable,
  mart: string,
  bases: readonly string[],
): Promise<boolean> {
  const { rowCount } = await db.query(RENEW, [mart, bases]);
  return rowCount !== 0;
}

export async function recordFailure(db: Queryable, run: string, message: string) {
  await db.query(
    `UPDATE ops.refresh_runs SET status = 'failed', error_message = $2, finished_at = clock_timestamp()
     WHERE id = $1`,
    [run, message],
  );
}

/** Whether a run that began after an instant has succeeded, and so serves whoever asked for one then. */
export async function hasRunSince(db: Queryable, mart: string, instant: string): Promise<boolean> {
  const { rowCount } = await db.query(
    "SELECT FROM ops.refresh_runs WHERE mart = $1 AND status = 'succeeded' AND started_at >= $2 LIMIT 1",
    [mart, instant],
  );
  return rowCount !== 0;
}

/** A mart computed from others is as old as the oldest of them; live ones are of now. @returns that instant, or `now` */
export async function oldestOf(db: Queryable, now: string, bases: readonly string[]) {
  const { rows } = await db.query(
    `SELECT least($1, min(newest)) AS instant
     FROM (
       SELECT max(snapshot_at) AS newest FROM ops.refresh_runs
       WHERE mart = ANY ($2) AND status = 'succeeded'
         AND NOT EXISTS (SELECT FROM mart.live_marts AS live WHERE live.mart = refresh_runs.mart)
       GROUP BY mart
     ) AS bases`,
    [now, bases],
  );
  return rows[0].instant as string;
}

/** Closes the runs of a mart whose process died. Only whoever holds the mart's lock knows that they did. */
export async function closeInterrupted(db: Queryable, mart: string) {
  await db.query(
    `UPDATE ops.refresh_runs
     SET status = 'failed', error_message = 'The process that refreshed it ended', finished_at = clock_timestamp()
     WHERE mart = $1 AND status = 'running'`,
    [mart],
  );
}

/** Closes the runs of every mart that nobody refreshes any more, so that nothing seems to run for ever. */
export async function closeAllInterrupted(pool: pg.Pool) {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ mart: string }>(
      "SELECT DISTINCT mart FROM ops.refresh_runs WHERE status = 'running'",
    );
    for (const { mart } of rows) {
      if (!(await tryLockMart(client, mart))) continue;
      await closeInterrupted(client, mart).finally(() => unlockMart(client, mart));
    }
  } finally {
    client.release();
  }
}

/** Forgets old runs, except the last success of each mart. @returns how many */
export async function pruneRuns(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM ops.refresh_runs AS run
     WHERE finished_at < now() - make_interval(days => $1)
       AND EXISTS (
         SELECT FROM ops.refresh_runs AS later
         WHERE later.mart = run.mart AND later.status = 'succeeded' AND later.id > run.id
       )`,
    [KEEP_DAYS],
  );
  return rowCount ?? 0;
}

/** All changes ever counted of the tables behind a mart; NULL where not all of them are captured. */
const changeCount = (mart: string) =>
  `mart.change_count(mart.tables_behind(format('mart.%I', ${mart})::regclass))`;

/** $1 the mart, $2 those that it reads. The statement's snapshot is not older than its timestamp. */
const RENEW = `
  WITH last AS (
    SELECT id, mart, started_at, change_count FROM ops.refresh_runs
    WHERE mart = $1 AND status = 'succeeded'
    ORDER BY id DESC
    LIMIT 1
  )
  UPDATE ops.refresh_runs AS run
  SET snapshot_at = statement_timestamp()
  FROM last
  WHERE run.id = last.id
    AND last.change_count = ${changeCount("last.mart")}
    AND NOT EXISTS (SELECT FROM ops.migrations WHERE run_on AT TIME ZONE 'UTC' >= last.started_at)
    AND NOT EXISTS (
      SELECT FROM ops.refresh_runs AS base
      WHERE base.mart = ANY ($2) AND base.status = 'succeeded' AND base.finished_at >= last.started_at
    )
    AND NOT (
      EXISTS (SELECT FROM mart.live_marts AS live WHERE live.mart = last.mart) AND mart.is_reset(last.mart)
    )`;
