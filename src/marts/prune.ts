import type pg from "pg";
import { tryLockPrune, unlockPrune } from "./lock.ts";
import { beginBehind, onSession } from "./session.ts";

/** Deleting the log of a big import takes seconds; this is for what hangs. */
const TIMEOUT = "10min";

/**
 * Counts the changes of the captured tables that were not counted yet, and deletes those that every mart has. What
 * readers see, and the count of changes, stay as they are.
 * @returns how many rows are gone; undefined when another session is at it
 */
export const pruneChanges = (
  pool: pg.Pool,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number | undefined> =>
  onSession(pool, signal, async (client) => {
    // The lock before the snapshot: what the one before deleted is gone.
    if (!(await tryLockPrune(client))) return undefined;
    await client.query(beginBehind(TIMEOUT));
    // What aborts between two statements cancels nothing.
    signal?.throwIfAborted();
    const { rows } = await client.query("SELECT mart.prune_changes() AS pruned");
    await client.query("COMMIT");
    await unlockPrune(client);
    return Number(rows[0].pruned);
  });
