import { hash } from "node:crypto";
import type pg from "pg";

/** Each keeps its plan, of about a megabyte for a section of a report: so many in one session. */
const MOST_PREPARED = 64;

/** Texts that were asked for lately, of which one that comes again is worth to be prepared. */
const MOST_SEEN = 2000;
const seen = new Set<string>();

/** What the session of an open transaction has prepared, oldest first. */
const prepared = new WeakMap<pg.PoolClient, Set<string>>();

/** Counts what was found to give other columns than when it was prepared: from then on, all have other names. */
let generation = 0;

/** "cached plan must not change result type": a migration has changed a view meanwhile. */
const isOutdated = (error: unknown): boolean => (error as { code?: string }).code === "0A000";

/** Does once more what failed because a statement was prepared for views as they were. */
export const withPresentPlans = <T>(work: () => Promise<T>): Promise<T> =>
  work().catch((error) => {
    if (!isOutdated(error)) throw error;
    generation++;
    return work();
  });

const PREFIX = "tidemark_";

/** SQL for a column that tells what the session has prepared. */
export const PREPARED_NAMES = `ARRAY(
  SELECT name FROM pg_catalog.pg_prepared_statements WHERE starts_with(name, '${PREFIX}') ORDER BY prepare_time
)`;

/**
 * Says what the session of a transaction has. The session is asked, since behind a pooler it is another one each time, and
 * has what other processes prepared.
 */
export const notePrepared = (client: pg.PoolClient, names: readonly string[]): void => {
  prepared.set(client, new Set(names));
};

/**
 * Runs a query of a transaction of `asReader` that will come again, word for word. The second time it is prepared, and from
 * then on planned no more, which takes longer than a small answer. It has no parameters, so that its plan is the one for its
 * values; PostgreSQL makes it anew when what it reads is altered or analyzed.
 */
export async function queryAgain<R extends pg.QueryResultRow>(
  client: pg.PoolClient,
  text: string,
  types?: pg.CustomTypesConfig,
): Promise<R[]> {
  const name = PREFIX + hash("sha256", `${generation} ${text}`, "hex").slice(0, 40);
  const own = prepared.get(client);
  if (!own?.has(name)) {
    if (!own || !wasSeen(name)) return (await client.query<R>({ text, types })).rows;
    await prepare(client, own, { name, text });
  }
  return (await client.query<R>({ text: `EXECUTE ${name}`, types })).rows;
}

function wasSeen(name: string): boolean {
  const before = seen.delete(name);
  seen.add(name);
  const [oldest] = seen;
  if (seen.size > MOST_SEEN && oldest) seen.delete(oldest);
  return before;
}

async function prepare(
  client: pg.PoolClient,
  own: Set<string>,
  { name, text }: { name: string; text: string },
): Promise<void> {
  const [oldest] = own;
  if (own.size >= MOST_PREPARED && oldest) {
    await client.query(`DEALLOCATE ${oldest}`);
    own.delete(oldest);
  }
  await client.query(`PREPARE ${name} AS ${text}`);
  own.add(name);
}
