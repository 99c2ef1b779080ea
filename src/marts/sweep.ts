import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { onSession } from "./session.ts";

/** Autovacuum looks once a minute; under steady writes the small tables change whole in that time. */
const ROWS = 2_000;

/**
 * Vacuums and analyzes those change logs and deltas that changed much since that was last done. What a long
 * transaction keeps from being removed is not tried again until as much has come to it.
 * @param left how many dead rows the last sweep of each table left; brought up to date
 * @returns the tables
 */
export async function sweepLayers(
  pool: pg.Pool,
  left: Map<string, number>,
  signal?: AbortSignal,
): Promise<string[]> {
  const { rows } = await pool.query<{ table: string; dead: number; isStale: boolean }>(TABLES, [
    ROWS,
  ]);
  const due = rows.filter(
    ({ table, dead, isStale }) => isStale || dead > ROWS + (left.get(table) ?? 0),
  );
  if (due.length === 0) return [];
  const tables = due.map(({ table }) => table);
  // Outside a transaction; whoever is at a table already does it for us.
  await onSession(pool, signal, async (client) => {
    await client.query(`VACUUM (ANALYZE, SKIP_LOCKED) ${tables.join(", ")}`);
    for (const table of tables) left.set(table, await deadRows(client, table));
  });
  return tables;
}

const deadRows = async (db: Queryable, table: string): Promise<number> =>
  Number(
    (await db.query("SELECT pg_stat_get_dead_tuples($1::regclass) AS dead", [table])).rows[0].dead,
  );

/** $1 how many rows are much. */
const TABLES = `
  SELECT
    relid::regclass::text AS table,
    n_dead_tup::float8 AS dead,
    n_mod_since_analyze > $1 + n_live_tup / 5 AS "isStale"
  FROM pg_stat_user_tables AS stats
  JOIN pg_class AS class ON class.oid = stats.relid AND class.relkind = 'r'
  WHERE schemaname = 'mart' AND (n_dead_tup > $1 OR n_mod_since_analyze > $1 + n_live_tup / 5)
  ORDER BY 1`;
