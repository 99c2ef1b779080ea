import type pg from "pg";
import { cancelOnAbort } from "./cancel.ts";
import { noteLayer } from "./layers.ts";
import { tryLockFolds, unlockFolds } from "./lock.ts";

/** Beyond this, a refresh is the better way. */
const TIMEOUT = "60s";
/** Whoever holds a table for longer holds up readers too; other marts should not wait with this one. */
const LOCK_TIMEOUT = "5s";

export interface FoldOptions {
  /** Fails, with PostgreSQL's code 54000, where there are more keys than this. */
  most?: number | undefined;
  signal?: AbortSignal;
}

/**
 * Recomputes the rows of a live mart that changed since the last fold, so that reads need not. Folds go on during a
 * refresh; what one folds after the refresh began stays on top of it. Where nothing changed, nothing is written.
 * @returns how many keys; null where the mart has to be refreshed instead; undefined when another session is at it
 */
export async function foldMart(
  pool: pg.Pool,
  mart: string,
  { most, signal }: FoldOptions = {},
): Promise<number | null | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    // The lock before the snapshot: a fold must see what the one before it did.
    if (!(await tryLockFolds(client, mart))) return undefined;
    const stopListening = await cancelOnAbort(pool, client, signal);
    try {
      const keys = await fold(client, mart, most);
      await unlockFolds(client, mart);
      return keys;
    } finally {
      stopListening();
    }
  } catch (error) {
    // A new session is clean, and holds no lock.
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function fold(client: pg.PoolClient, mart: string, most: number | undefined) {
  // Nobody waits for the disk: a fold that a crash takes back is done again.
  await client.query(
    `BEGIN ISOLATION LEVEL REPEATABLE READ;
     SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'; SET LOCAL statement_timeout = '${TIMEOUT}'`,
  );
  const keys = await foldChanges(client, mart, most);
  await client.query("COMMIT");
  return keys;
}

async function foldChanges(client: pg.PoolClient, mart: string, most: number | undefined) {
  const { rows } = await client.query("SELECT mart.fold($1, $2) AS keys", [mart, most]);
  if (rows[0].keys === null) return null;
  const keys = Number(rows[0].keys);
  // Changes that concern no row of the mart: not to be looked at again, and nothing to keep them for.
  if (keys === 0 && (await isBehind(client, mart))) await noteLayer(client, mart, "delta");
  return keys;
}

const isBehind = async (client: pg.PoolClient, mart: string): Promise<boolean> =>
  (await client.query("SELECT mart.unfolded_rows($1, 1) > 0 AS behind", [mart])).rows[0].behind;
