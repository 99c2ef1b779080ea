import type pg from "pg";
import { asReader } from "../db/transaction.ts";
import { TidemarkError } from "../errors.ts";
import type { ReportSource } from "./source.ts";

/** How long one statement of a report may run. */
export const STATEMENT_TIMEOUT_SECONDS = 30;

/**
 * Runs report reads in one snapshot as the reader on behalf of a viewer, with a time limit on each statement.
 * When `signal` aborts, the running statement is cancelled in the server, not just forgotten here.
 * @throws TidemarkError `report_timeout` when a statement took too long, `query_cancelled`, `not_filled_yet` before the first refresh
 */
export const readSnapshot = <T>(
  { pool, viewer }: Pick<ReportSource, "pool" | "viewer">,
  work: (client: pg.PoolClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => asReader(pool, viewer, (client) => readOn(client, pool, work, signal));

/** The same on another session, in the snapshot that the first one exported. */
export const joinSnapshot = <T>(
  { pool, viewer }: Pick<ReportSource, "pool" | "viewer">,
  snapshot: string,
  work: (client: pg.PoolClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> => asReader(pool, viewer, (client) => readOn(client, pool, work, signal), snapshot);

async function readOn<T>(
  client: pg.PoolClient,
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  // A report sorts and groups whole periods at once: the usual few megabytes would spill each to disk.
  // Compiling is for queries of minutes: where a server has it switched on, it costs one of these seconds.
  // Merging would compare a person's rows of a live mart with each of their changed keys in turn, because both are at
  // hand sorted by person; a hash of the few keys, or their index, compares none.
  await client.query(
    `SET LOCAL statement_timeout = '${STATEMENT_TIMEOUT_SECONDS}s'; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL enable_mergejoin = off`,
  );
  signal?.throwIfAborted();
  let cancelled: Promise<unknown> | undefined;
  const cancel = () => {
    cancelled = pool.query("SELECT pg_cancel_backend($1)", [processId(client)]).catch(() => {});
  };
  signal?.addEventListener("abort", cancel, { once: true });
  try {
    return await work(client);
  } catch (error) {
    throw signal?.aborted ? signal.reason : explain(error);
  } finally {
    signal?.removeEventListener("abort", cancel);
    // The session goes back to the pool only when no cancellation can hit its next user.
    await cancelled;
  }
}

const processId = (client: pg.PoolClient) => (client as unknown as { processID: number }).processID;

/** What the database said of a read, in words for the user where there are some. */
export function explain(error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string };
  // Nobody here asked for that: somebody in the database did, such as its administrator.
  if (code === "57014" && !message.includes("statement timeout"))
    return new TidemarkError(
      "query_cancelled",
      503,
      "Somebody cancelled the query in the database. Try again.",
      { cause: error },
    );
  if (code === "57014")
    return new TidemarkError(
      "report_timeout",
      503,
      `The report took longer than ${STATEMENT_TIMEOUT_SECONDS} seconds. Choose a shorter period or fewer rows.`,
      { cause: error },
    );
  // A materialized view that was never refreshed cannot be read at all.
  if (code === "55000")
    return new TidemarkError(
      "not_filled_yet",
      503,
      "The data behind this report is being prepared for the first time. Try again in a moment.",
      { cause: error },
    );
  return error;
}
