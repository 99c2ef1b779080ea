import type pg from "pg";
import { isBehind } from "./backlog.ts";
import { noteLayer } from "./layers.ts";
import { tryLockFolds, unlockFolds } from "./lock.ts";
import { beginBehind, onSession } from "./session.ts";

/** Beyond this, a refresh is the better way. */
const TIMEOUT = "60s";

export interface FoldOptions {
  /** Fails, with PostgreSQL's code 54000, where there are more keys than this. */
  most?: number | undefined;
  signal?: AbortSignal;
}

/**
 * Recomputes the rows of a live mart that changed since the last fold, so that reads need not. Folds go on during a
 * refresh; what one folds after the refresh began stays on top of it. Where nothing changed, nothing is written.
 * @returns how many keys; null where the mart has to be refreshed instead; undefined when there is nothing to do, or another
 *   session is at it
 */
export const foldMart = (
  pool: pg.Pool,
  mart: string,
  { most, signal }: FoldOptions = {},
): Promise<number | null | undefined> =>
  onSession(pool, signal, async (client) => {
    // The lock before the snapshot: a fold must see what the one before it did.
    if (!(await tryLockFolds(client, mart))) return undefined;
    await client.query(beginBehind(TIMEOUT));
    // What aborts between two statements cancels nothing.
    signal?.throwIfAborted();
    const keys = await foldChanges(client, mart, most);
    await client.query("COMMIT");
    await unlockFolds(client, mart);
    return keys;
  });

async function foldChanges(client: pg.PoolClient, mart: string, most: number | undefined) {
  const { rows } = await client.query("SELECT mart.fold($1, $2) AS keys", [mart, most]);
  if (rows[0].keys === null) return null;
  const keys = Number(rows[0].keys);
  if (keys > 0) return keys;
  // Another session has folded them meanwhile, and has noted how that went.
  if (!(await isBehind(client, mart))) return undefined;
  // Changes that concern no row of the mart: not to be looked at again, and nothing to keep them for.
  await noteLayer(client, mart, "delta");
  return 0;
}
