import type pg from "pg";
import { problemOf } from "./mart-problem.ts";
import { nextRun } from "./next-run.ts";

/**
 * How one mart is: what `status --json` and `/status.json` give, and what the status page and the metrics show.
 * Times are ISO 8601 in UTC.
 */
export interface MartStatus {
  mart: string;
  /** Whether what is committed is in the next read; otherwise the mart is as of `refreshed_at`. */
  is_live: boolean;
  /** What was committed before is in the materialized view; null before the first refresh. */
  refreshed_at: string | null;
  /** Of the last successful refresh. */
  duration_seconds: number | null;
  row_count: number | null;
  /** Of the newest refresh: running, succeeded or failed. */
  last_status: string | null;
  last_started_at: string | null;
  last_error: string | null;
  /** Refreshes that failed since the last one that did not. */
  failure_count: number;
  /** Minute, hour, day, month, weekday in the business zone; null: after a mart that it reads, or by hand only. */
  cron: string | null;
  next_run_at: string | null;
  /** Keys that reads recompute, because they changed since the last fold; 10,001 where more than 10,000 changes wait. */
  changed_key_count: number | null;
  /** Keys folded since the last refresh. */
  delta_key_count: number | null;
  /** Whether every row is computed when it is read, until the next refresh. */
  is_reset: boolean;
  /** When changes were last folded; null: there were none yet. */
  folded_at: string | null;
  fold_seconds: number | null;
  /** Folds that failed since the last one that did not. */
  fold_failure_count: number;
  fold_error: string | null;
  /** Rows in which the mart and its definition differed at the last audit; null: not live, or not audited yet. */
  drift: number | null;
  audited_at: string | null;
  /** Why the newest audit came to no result. */
  audit_error: string | null;
  /** What an operator has to look after, in a sentence. */
  problem: string | null;
}

/** What a function needs that only asks. */
type Queryable = Pick<pg.Pool, "query">;

/** What the view gives: all but what is worked out from it. */
export type StatusRow = Omit<MartStatus, "next_run_at" | "problem">;

interface Circumstances {
  time_zone: string;
  /** Seconds since a worker was last seen; null: none has run yet. */
  worker_silence: number | null;
}

export async function martStatus(db: Queryable, now = new Date()): Promise<MartStatus[]> {
  const { rows } = await db.query<StatusRow & Circumstances>(STATUS);
  return rows.map(({ time_zone, worker_silence, ...row }) => ({
    ...row,
    next_run_at: (row.cron && nextRun(row.cron, time_zone, now)?.toISOString()) ?? null,
    problem: problemOf(row, worker_silence) ?? null,
  }));
}

const iso = (column: string) =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${column}`;

/** Counts fit into a JavaScript number; durations have three digits. */
const STATUS = `
  SELECT
    mart,
    is_live,
    ${iso("refreshed_at")},
    duration_seconds::float8,
    row_count::float8,
    last_status,
    ${iso("last_started_at")},
    last_error,
    failure_count::float8,
    CASE WHEN is_scheduled THEN cron END AS cron,
    changed_key_count::float8,
    delta_key_count::float8,
    is_reset,
    ${iso("folded_at")},
    fold_seconds::float8,
    fold_failure_count,
    fold_error,
    drift::float8,
    ${iso("audited_at")},
    audit_error,
    ops.business_time_zone() AS time_zone,
    extract(epoch FROM now() - ops.worker_seen_at())::float8 AS worker_silence
  FROM ops.mart_status
  ORDER BY mart`;
