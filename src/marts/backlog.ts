import pg from "pg";
import type { Queryable } from "../db/queryable.ts";

/** What a filled live mart has not folded yet. */
export interface Backlog {
  mart: string;
  /** Something happened that may concern every row: the mart has to be refreshed. */
  isReset: boolean;
  /** There are changes to fold. */
  isBehind: boolean;
  /** The folds asked for a refresh in their stead, and it has neither come nor failed. */
  isAwaited: boolean;
  /** It has failed. */
  isRefreshFailing: boolean;
}

/** Costs next to nothing when nothing changed. The mart that was folded longest ago comes first. */
export async function readBacklog(db: Queryable): Promise<Backlog[]> {
  const { rows } = await db.query<Backlog>(BACKLOG);
  return rows;
}

/** Whether the change logs have rows that the mart has not folded. */
export const isBehind = async (db: Queryable, mart: string): Promise<boolean> =>
  (await unfoldedRows(db, mart, 1)) > 0;

/** How many rows of the change logs the mart has not folded; from each log so many at most. */
export async function unfoldedRows(db: Queryable, mart: string, most: number): Promise<number> {
  const { rows } = await db.query("SELECT mart.unfolded_rows($1, $2) AS count", [mart, most]);
  return Number(rows[0].count);
}

/** How many keys of a live mart a reader recomputes at present: each change is followed to what it concerns. */
export async function unfoldedKeys(db: Queryable, mart: string): Promise<number> {
  const changes = `mart.${pg.escapeIdentifier(`${mart}_changes`)}`;
  const { rows } = await db.query(`SELECT count(*) FROM ${changes}()`);
  return Number(rows[0].count);
}

const BACKLOG = `
  SELECT
    live.mart,
    reset.is_reset AS "isReset",
    NOT reset.is_reset AND mart.unfolded_rows(live.mart, 1) > 0 AS "isBehind",
    request.is_open AND NOT request.has_failed AS "isAwaited",
    request.is_open AND request.has_failed AS "isRefreshFailing"
  FROM mart.live_marts AS live
  JOIN pg_class AS class
    ON class.relnamespace = 'mart'::regnamespace AND class.relname = live.mart AND class.relispopulated
  CROSS JOIN LATERAL (SELECT mart.is_reset(live.mart)) AS reset (is_reset)
  LEFT JOIN mart.layers AS base ON base.mart = live.mart AND base.layer = 'base'
  LEFT JOIN ops.fold_status AS status ON status.mart = live.mart
  CROSS JOIN LATERAL (
    SELECT
      coalesce(status.refresh_reason = 'backlog' AND status.refresh_requested_at > base.taken_at, false) AS is_open,
      EXISTS (
        SELECT FROM ops.refresh_runs AS run
        WHERE run.mart = live.mart AND run.status = 'failed' AND run.finished_at >= status.refresh_requested_at
      ) AS has_failed
  ) AS request
  ORDER BY status.folded_at NULLS FIRST`;
