import type pg from "pg";
import { type Concern, keepChanges } from "./keep.ts";
import type { Read } from "./rows.ts";
import { joinSnapshot } from "./snapshot.ts";
import type { ReportSource } from "./source.ts";

/** Further sessions for one page: beyond that, a few heavy pages would have them all. */
const MOST_JOINED = 2;

interface Page {
  source: ReportSource;
  /** The session that has the snapshot. */
  client: pg.PoolClient;
  /** What the session keeps, as every other has to: the reads are planned for it. */
  concern: Concern;
  signal: AbortSignal | undefined;
}

/**
 * Runs the reads of a page in one snapshot on as many sessions as the pool has to spare, so that the page takes as long
 * as its longest read rather than as all of them. With none to spare, one session does them all: nothing ever waits for
 * a second session while it holds a first.
 */
export async function sideBySide(page: Page, reads: readonly Read<unknown>[]): Promise<unknown[]> {
  const { source, client, concern, signal } = page;
  const results: unknown[] = new Array(reads.length);
  const queue = reads.map((read, index) => ({ read, index }));
  const work = async (session: pg.PoolClient) => {
    for (let next = queue.shift(); next; next = queue.shift())
      results[next.index] = await next.read(session);
  };
  const joined = () => Math.min(reads.length - 1, MOST_JOINED, spare(source.pool));
  if (joined() < 1) {
    await work(client);
    return results;
  }
  const snapshot = await exportSnapshot(client);
  const join = () =>
    joinSnapshot(
      source,
      snapshot,
      async (session) => {
        if (queue.length === 0) return;
        await keepChanges(session, concern);
        await work(session);
      },
      signal,
    );
  // Everybody is waited for, also after a failure: a session must be free before it goes back to the pool.
  const sessions = [work(client), ...Array.from({ length: Math.max(0, joined()) }, join)];
  const ends = await Promise.allSettled(
    sessions.map((session) =>
      session.catch((error) => {
        queue.length = 0;
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return results;
}

/**
 * Reads in the same snapshot on another session, while this one goes on; with none to spare, on this one, before what
 * it is asked for next.
 */
export async function readBeside<T>(page: Page, read: Read<T>): Promise<T> {
  const { source, client, concern, signal } = page;
  if (spare(source.pool) < 1) return read(client);
  const snapshot = await exportSnapshot(client);
  // Others have looked meanwhile, too: what is taken now is taken at once.
  if (spare(source.pool) < 1) return read(client);
  const readKept = async (session: pg.PoolClient) => {
    await keepChanges(session, concern);
    return read(session);
  };
  return joinSnapshot(source, snapshot, readKept, signal);
}

/** Sessions that nobody uses and nobody waits for; one is left for whoever comes next. */
const spare = ({ options, totalCount, idleCount, waitingCount }: pg.Pool): number =>
  waitingCount > 0 ? 0 : options.max - totalCount + idleCount - 1;

async function exportSnapshot(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ snapshot: string }>(
    "SELECT pg_export_snapshot() AS snapshot",
  );
  return (rows[0] as { snapshot: string }).snapshot;
}
