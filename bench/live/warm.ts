import type pg from "pg";

/**
 * Reads what the marts are made of into memory, as it is on a server that has run for a while: on a copy just made, a fold
 * of keys from all over would wait for the disk page by page.
 * @returns what was read, for the head of the table
 */
export async function warm(pool: pg.Pool): Promise<string> {
  try {
    await pool.query("CREATE EXTENSION IF NOT EXISTS pg_prewarm");
    const { rows } = await pool.query<{ size: string }>(`
      SELECT pg_size_pretty(sum(pg_prewarm(oid, 'buffer')) * current_setting('block_size')::int) AS size
      FROM pg_class
      WHERE relnamespace IN ('crm'::regnamespace, 'mart'::regnamespace) AND relkind IN ('r', 'm', 'i')
        AND (relname LIKE 'conversation%' OR relname LIKE 'opportunit%' OR relname LIKE 'rep_weekly%'
          OR relname LIKE 'sales_dashboard%' OR relname LIKE 'signal_outcomes%')`);
    return `warm      ${rows[0]?.size} of the three marts and what is behind them were read before`;
  } catch (error) {
    return `cold      nothing was read before: ${(error as Error).message}`;
  }
}
