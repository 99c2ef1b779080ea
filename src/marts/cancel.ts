import type pg from "pg";

/**
 * Cancels what the session is doing when the signal aborts.
 * @returns a function that ends the listening
 * @throws the signal's reason when it has aborted already
 */
export async function cancelOnAbort(pool: pg.Pool, client: pg.PoolClient, signal?: AbortSignal) {
  if (!signal) return () => {};
  const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
  const cancel = () => {
    // A session that cannot be reached ends with its connection.
    pool.query("SELECT pg_cancel_backend($1)", [rows[0].pid]).catch(() => {});
  };
  signal.throwIfAborted();
  signal.addEventListener("abort", cancel, { once: true });
  return () => signal.removeEventListener("abort", cancel);
}
