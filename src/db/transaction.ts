import pg from "pg";
import { notePrepared, PREPARED_NAMES } from "./prepared.ts";

/**
 * Runs `work` in one transaction on one session: commits when it returns, rolls back when it throws.
 * @param begin the opening statement, to choose isolation and access mode
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  begin = "BEGIN",
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Whom the database shows every row: the service, where it asks for nobody in particular. */
export const EVERYTHING = "*";

/**
 * Runs report reads: one read-only snapshot, as the reader role that owns nothing, with the rows of whoever asks.
 * Every query of a page or an export goes through here, so that they all see the same instant.
 * @param viewer id of a person, or EVERYTHING; the database decides what they see (crm.visible_user_ids)
 * @param snapshot the one to read, as pg_export_snapshot() named it in a transaction that still runs; a new one when left out
 */
export const asReader = <T>(
  pool: pg.Pool,
  viewer: string,
  work: (client: pg.PoolClient) => Promise<T>,
  snapshot?: string,
) =>
  inTransaction(
    pool,
    async (client) => {
      const { rows } = await client.query<{ prepared: string[] }>(
        `SELECT
           set_config('role', 'tidemark_pages', true), set_config('tidemark.viewer', $1, true), ${PREPARED_NAMES} AS prepared`,
        [viewer],
      );
      notePrepared(client, rows[0]?.prepared ?? []);
      return work(client);
    },
    snapshot === undefined
      ? BEGIN_READ
      : `${BEGIN_READ}; SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshot)}`,
  );

const BEGIN_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/**
 * Reads on in the same snapshot for somebody else.
 * @param client within `asReader`
 * @param viewer as there, or empty for nobody known
 */
export const changeReader = (client: pg.PoolClient, viewer: string) =>
  client.query("SELECT set_config('tidemark.viewer', $1, true)", [viewer]);
