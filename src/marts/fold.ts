import type pg from "pg";
import { tryLockFolds, unlockFolds } from "./lock.ts";

/**
 * Recomputes the rows of a live mart that changed since the last fold, so that reads need not. Folds go on during a
 * refresh; what one folds after the refresh began stays on top of it.
 * @returns how many keys; undefined when another session is at it
 */
export async function foldMart(pool: pg.Pool, mart: string): Promise<number | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    // The lock before the snapshot: a fold must see what the one before it did.
    if (!(await tryLockFolds(client, mart))) return undefined;
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    const { rows } = await client.query("SELECT mart.fold($1) AS keys", [mart]);
    await client.query("COMMIT");
    await unlockFolds(client, mart);
    return Number(rows[0].keys);
  } catch (error) {
    // A new session is clean, and holds no lock.
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
