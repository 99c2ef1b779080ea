import type pg from "pg";

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

/**
 * Runs report reads: one read-only snapshot, as the reader role that owns nothing.
 * Every query of a page or an export goes through here, so that they all see the same instant.
 */
export const asReader = <T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>) =>
  inTransaction(
    pool,
    async (client) => {
      await client.query("SET LOCAL ROLE tidemark_reader");
      return work(client);
    },
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
  );
