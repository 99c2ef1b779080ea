import pg from "pg";
import type { Queryable } from "../db/queryable.ts";

/**
 * Every read leaves out of the base what the delta replaces, and reads the delta beside it: with one in twenty rows
 * folded that still costs a small part of reading the base.
 */
const SHARE = 0.05;
/** Below, the delta costs a read a few milliseconds, whatever its share. */
const ROWS_AT_LEAST = 10_000;
/** Where writes never end, refreshes asked for early take a fifth of the time at most. */
const REST = 4;

/** Live marts whose delta has become so big a part of them that they should be refreshed before their time. */
export async function overgrownMarts(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ mart: string; most: number }>(CANDIDATES, [
    SHARE,
    ROWS_AT_LEAST,
    REST,
  ]);
  const overgrown: string[] = [];
  for (const { mart, most } of rows) {
    if ((await deltaRows(db, mart)) > most) overgrown.push(mart);
  }
  return overgrown;
}

/** Rows folded since the last refresh, or keys, where more of them vanished. */
async function deltaRows(db: Queryable, mart: string): Promise<number> {
  const [delta, keys] = ["_delta", "_delta_keys"].map(
    (end) => `mart.${pg.escapeIdentifier(mart + end)}`,
  );
  const { rows } = await db.query(
    `SELECT greatest(
       (SELECT count(*) FROM ${delta} WHERE fold_no > base.fold_no),
       (SELECT count(*) FROM ${keys} WHERE fold_no > base.fold_no)
     ) AS count
     FROM mart.layers AS base
     WHERE base.mart = $1 AND base.layer = 'base'`,
    [mart],
  );
  return Number(rows[0]?.count ?? 0);
}

/** $1 share, $2 rows at least, $3 how many times its duration a refresh is left alone. */
const CANDIDATES = `
  SELECT base.mart, greatest($2, class.reltuples * $1)::float8 AS most
  FROM mart.layers AS base
  JOIN pg_class AS class ON class.relnamespace = 'mart'::regnamespace AND class.relname = base.mart
  LEFT JOIN ops.refresh_schedule AS schedule ON schedule.mart = base.mart
  LEFT JOIN LATERAL (
    SELECT run.finished_at - run.started_at AS duration
    FROM ops.refresh_runs AS run
    WHERE run.mart = base.mart AND run.status = 'succeeded'
    ORDER BY run.id DESC
    LIMIT 1
  ) AS last ON true
  WHERE base.layer = 'base'
    AND schedule.is_enabled IS DISTINCT FROM false
    AND base.taken_at + coalesce(last.duration, '0') * (1 + $3) < clock_timestamp()
    AND EXISTS (
      SELECT FROM mart.layers AS delta
      WHERE delta.mart = base.mart AND delta.layer = 'delta' AND delta.fold_no > base.fold_no
    )`;
