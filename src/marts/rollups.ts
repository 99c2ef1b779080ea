import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";

/** Sums up again what reads this materialized view, in the transaction that refreshed it. */
export async function fillRollups(db: Queryable, mart: string) {
  await db.query("SELECT mart.fill_rollups($1)", [mart]);
}

/**
 * Leaves one fill of each rollup that reads this materialized view: one of the view as it is now. There may be none, where
 * two views behind it were refreshed at once, each without knowing of the other, or where it is new.
 */
export async function settleRollups(client: pg.PoolClient, mart: string) {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await fillRollups(client, mart);
  await client.query("COMMIT");
  await client.query("SELECT mart.prune_rollups($1)", [mart]);
}
