import type pg from "pg";
import { cancelOnAbort } from "./cancel.ts";
import { tryLockPrune, unlockPrune } from "./lock.ts";

/** Deleting the log of a big import takes seconds; this is for what hangs. */
const TIMEOUT = "10min";

/**
 * Counts the changes of the captured tables that were not counted yet, and deletes those that every mart has. What
 * readers see, and the count of changes, stay as they are.
 * @returns how many rows are gone; undefined when another session is at it
 */
export async function pruneChanges(
  pool: pg.Pool,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    // The lock before the snapshot: what the one before deleted is gone.
    if (!(await tryLockPrune(client))) return undefined;
    const stopListening = await cancelOnAbort(pool, client, signal);
    try {
      // Nobody waits for the disk: what a crash takes back is done again.
      await client.query(
        `BEGIN ISOLATION LEVEL REPEATABLE READ;
         SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '${TIMEOUT}'`,
      );
      const { rows } = await client.query("SELECT mart.prune_changes() AS pruned");
      await client.query("COMMIT");
      await unlockPrune(client);
      return Number(rows[0].pruned);
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
