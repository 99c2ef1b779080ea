import type pg from "pg";
import { cancelOnAbort } from "./cancel.ts";

/** Settings of a transaction that nobody waits for: what a crash takes back is done again. */
export const beginBehind = (timeout: string) =>
  `BEGIN ISOLATION LEVEL REPEATABLE READ;
   SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '${timeout}'`;

/**
 * Lends one session, whose statement is cancelled when the signal aborts. When `work` throws, the session is closed,
 * in whatever state it is: a new one is clean, and holds no lock.
 */
export async function onSession<T>(
  pool: pg.Pool,
  signal: AbortSignal | undefined,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const stopListening = await cancelOnAbort(pool, client, signal);
    return await work(client).finally(stopListening);
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}
