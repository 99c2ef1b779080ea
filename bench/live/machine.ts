import { cpus, totalmem } from "node:os";
import type pg from "pg";
import { count } from "./outcome.ts";

const SETTINGS = [
  "shared_buffers",
  "work_mem",
  "max_wal_size",
  "random_page_cost",
  "synchronous_commit",
  "fsync",
  "jit",
];

const TABLES = ["opportunities", "conversations", "conversation_signals"];

/** On what the figures were taken: without it they say nothing. */
export async function describeMachine(pool: pg.Pool): Promise<string[]> {
  const { rows: settings } = await pool.query(
    "SELECT name || ' ' || current_setting(name) AS text FROM unnest($1::text[]) AS name",
    [SETTINGS],
  );
  const { rows: tables } = await pool.query(
    `SELECT relname AS name, reltuples AS n, relnamespace::regnamespace AS schema
     FROM pg_class
     WHERE (relnamespace = 'crm'::regnamespace AND relname = ANY ($1))
       OR (relnamespace = 'mart'::regnamespace AND relkind = 'm')
     ORDER BY relnamespace, reltuples`,
    [TABLES],
  );
  const [server] = (
    await pool.query(
      "SELECT current_setting('server_version') AS version, pg_size_pretty(pg_database_size(current_database())) AS size",
    )
  ).rows;
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const deals = tables.find(({ name }) => name === "opportunities");
  return [
    `machine   ${cpus().length} × ${cpu?.model.trim()}, ${gigabytes} GiB, Node ${process.version}, PostgreSQL ${server.version}`,
    `settings  ${settings.map(({ text }) => text).join(", ")}`,
    `rows      ${tables.map(({ schema, name, n }) => `${schema}.${name} ${count(n)}`).join(", ")}`,
    `scale     ${(deals.n / 5000).toFixed(2)}, ${server.size}`,
  ];
}
