import type pg from "pg";
import { asReader, EVERYTHING } from "../../src/db/transaction.ts";
import { refreshAll } from "../../src/marts/refresh-all.ts";

/** Sets the zone in which days and weeks begin. */
export const setTimeZone = (pool: pg.Pool, zone: string) =>
  pool.query("UPDATE ops.settings SET value = $1 WHERE key = 'business_time_zone'", [zone]);

/** Refreshes every mart. @throws what went wrong with one */
export async function refreshMarts(pool: pg.Pool) {
  for (const { error } of await refreshAll(pool)) if (error) throw error;
}

/** Names of all materialized views of the service. */
export const martNames = async (pool: pg.Pool): Promise<string[]> =>
  (
    await pool.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'mart'::regnamespace AND relkind = 'm' ORDER BY relname",
    )
  ).rows.map(({ name }) => name);

/** Rows of a query, read as reports are. */
export const readRows = async (pool: pg.Pool, sql: string, values: unknown[] = []) =>
  (await asReader(pool, EVERYTHING, (client) => client.query(sql, values))).rows;

/** The same, each row as its values with a space between; NULL is nothing. */
export const readLines = async (pool: pg.Pool, sql: string): Promise<string[]> =>
  (await readRows(pool, sql)).map((row) => Object.values(row).join(" "));
