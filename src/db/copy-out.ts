import type pg from "pg";
import { to as copyTo } from "pg-copy-streams";

/**
 * Reads what COPY writes, as fast as it is taken: there is no limit on how long the statement runs, which is as long as
 * somebody reads. Whoever stops before the end loses the session, as PostgreSQL does not hear of a cancellation while it
 * waits to be read.
 * @param client in a transaction, which is over after a failure
 * @param query SQL without parameters, as COPY takes none
 * @param options of COPY, such as `FORMAT csv`
 */
export async function* copyOut(
  client: pg.PoolClient,
  query: string,
  options: string,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void> {
  const leave = () => socketOf(client).destroy();
  await client.query("SET LOCAL statement_timeout = 0");
  signal?.throwIfAborted();
  const copy = client.query(copyTo(`COPY (\n${query}\n) TO STDOUT (${options})`));
  signal?.addEventListener("abort", leave, { once: true });
  let isOver = false;
  try {
    for await (const piece of copy) yield piece as Buffer;
    isOver = true;
  } catch (error) {
    // Where the server says what went wrong, the session is in order.
    isOver = (error as { severity?: string }).severity !== undefined;
    throw error;
  } finally {
    signal?.removeEventListener("abort", leave);
    if (!isOver) leave();
  }
}

const socketOf = (client: pg.PoolClient) =>
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
