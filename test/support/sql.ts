import { connect } from "../../src/db/connect.ts";

/** The same server and login, another database. */
export function databaseUrl(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** Runs one statement (or several without parameters) in a session of its own. @returns its rows */
export async function runSql<Row = Record<string, unknown>>(
  url: string,
  sql: string,
  parameters?: unknown[],
): Promise<Row[]> {
  const client = await connect(url, "test");
  try {
    return (await client.query(sql, parameters)).rows as Row[];
  } finally {
    await client.end();
  }
}
