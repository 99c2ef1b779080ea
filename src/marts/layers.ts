import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";

const LOCK_NOT_AVAILABLE = "55P03";

/** Whether the mart was filled, or is being: changes are kept for it. */
export async function hasLayers(db: Queryable, mart: string): Promise<boolean> {
  const { rowCount } = await db.query("SELECT FROM mart.layers WHERE mart = $1", [mart]);
  return rowCount !== 0;
}

/** Says that a layer is of the snapshot of this transaction. */
export async function noteLayer(db: Queryable, mart: string, layer: "base" | "delta") {
  await db.query("SELECT mart.note_layer($1, $2)", [mart, layer]);
}

/** Has partitions attached by hand written down too: a refresh after this has all that was written into them before. */
export async function capturePartitions(db: Queryable, mart: string) {
  await db.query(
    "SELECT mart.capture_partitions(source) FROM mart.live_marts, unnest(sources) AS source WHERE mart = $1",
    [mart],
  );
}

/**
 * Waits until this session has heard of every partition that its snapshot sees. A transaction is in snapshots a moment
 * before others are told what it attached: a refresh that read the table in between would leave those rows out, and
 * count them as in. The table's lock is held until all have been told. Whoever holds it for longer has not committed.
 */
export async function awaitPartitions(client: pg.PoolClient, mart: string) {
  const { rows } = await client.query<{ tables: string | null }>(
    `SELECT string_agg('ONLY ' || source, ', ' ORDER BY source) AS tables
     FROM mart.live_marts, unnest(sources) AS source
     JOIN pg_class ON pg_class.oid = source AND relkind = 'p'
     WHERE mart = $1`,
    [mart],
  );
  if (!rows[0]?.tables) return;
  await client.query("SAVEPOINT unlocked; SET LOCAL lock_timeout = '1s'");
  await client
    .query(`LOCK TABLE ${rows[0].tables} IN SHARE UPDATE EXCLUSIVE MODE`)
    .catch((error: { code?: string }) => {
      if (error.code !== LOCK_NOT_AVAILABLE) throw error;
    });
  // Gives the lock back.
  await client.query("ROLLBACK TO unlocked");
}
