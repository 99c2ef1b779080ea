import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { inTransaction } from "../db/transaction.ts";

/** Why the folds ask for a refresh; ops.fold_status says what each means. */
export type RefreshReason = "reset" | "backlog" | "delta";

/** How the folds of a live mart go. Times as PostgreSQL writes them. */
export interface FoldStatus {
  mart: string;
  folded_at: string | null;
  key_count: number | null;
  duration_ms: number | null;
  /** Folds that failed since the last one that did not. */
  failure_count: number;
  failing_since: string | null;
  error_message: string | null;
  refresh_requested_at: string | null;
  refresh_reason: RefreshReason | null;
}

/** The live marts that were folded, or should have been. */
export async function readFoldStatus(db: Queryable): Promise<FoldStatus[]> {
  const { rows } = await db.query<FoldStatus>(`
    SELECT
      mart, folded_at, key_count::float8, duration_ms, failure_count, failing_since, error_message,
      refresh_requested_at, refresh_reason
    FROM ops.fold_status
    JOIN mart.live_marts USING (mart)
    ORDER BY mart`);
  return rows;
}

/** A fold of fewer keys says more about its transaction than about them. */
const TELLING_KEYS = 20;

export async function recordFold(db: Queryable, mart: string, keys: number, milliseconds: number) {
  await db.query(
    `INSERT INTO ops.fold_status AS status (mart, folded_at, key_count, duration_ms, ms_per_key)
     VALUES ($1, clock_timestamp(), $2, $3, CASE WHEN $2::bigint >= ${TELLING_KEYS} THEN $3::float8 / $2 END)
     ON CONFLICT (mart) DO UPDATE SET
       folded_at = EXCLUDED.folded_at,
       key_count = EXCLUDED.key_count,
       duration_ms = EXCLUDED.duration_ms,
       ms_per_key = coalesce(status.ms_per_key * 0.7 + EXCLUDED.ms_per_key * 0.3, EXCLUDED.ms_per_key, status.ms_per_key),
       failure_count = 0,
       failing_since = NULL,
       error_message = NULL`,
    [mart, keys, milliseconds],
  );
}

export async function recordFoldFailure(db: Queryable, mart: string, message: string) {
  await db.query(
    `INSERT INTO ops.fold_status AS status (mart, failure_count, failing_since, error_message)
     VALUES ($1, 1, clock_timestamp(), $2)
     ON CONFLICT (mart) DO UPDATE SET
       failure_count = status.failure_count + 1,
       failing_since = coalesce(status.failing_since, EXCLUDED.failing_since),
       error_message = EXCLUDED.error_message`,
    [mart, message],
  );
}

/** A request that was not answered by then may have been lost. */
const ASK_AGAIN = "10 minutes";

/**
 * Asks for a refresh of the mart by `request`, unless that was done already, by whatever process.
 * @returns whether it did
 */
export const askOnce = (
  pool: pg.Pool,
  { mart, reason }: { mart: string; reason: RefreshReason },
  request: () => Promise<unknown>,
): Promise<boolean> =>
  // In one transaction, so that a request that fails is not noted as made.
  inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `INSERT INTO ops.fold_status AS status (mart, refresh_requested_at, refresh_reason)
       VALUES ($1, clock_timestamp(), $2)
       ON CONFLICT (mart) DO UPDATE SET
         refresh_requested_at = EXCLUDED.refresh_requested_at,
         refresh_reason = EXCLUDED.refresh_reason
       WHERE status.refresh_requested_at IS NULL
         OR status.refresh_requested_at < clock_timestamp() - interval '${ASK_AGAIN}'
         OR status.refresh_requested_at <= (SELECT taken_at FROM mart.layers WHERE mart = $1 AND layer = 'base')`,
      [mart, reason],
    );
    if (rowCount === 0) return false;
    await request();
    return true;
  });
