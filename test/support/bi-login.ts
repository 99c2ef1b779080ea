import { randomBytes } from "node:crypto";
import pg from "pg";
import { operator } from "../../src/access/audit.ts";
import { addressOf } from "../../src/access/bi-login/address.ts";
import { createBiLogin } from "../../src/access/bi-login/create.ts";
import { connect } from "../../src/db/connect.ts";
import { serverUrl, type TestDatabase } from "./database.ts";
import { runSql } from "./sql.ts";
import { waitUntil } from "./wait.ts";

export interface TestLogin {
  name: string;
  /** Its address, as the tool gets it. */
  url: string;
  /** Opens a session, as the tool would. */
  connect(): Promise<pg.Client>;
  /** Runs one query in a session of its own. @returns its rows */
  query<Row = Record<string, unknown>>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Resolves once the server has seen off every session of its. */
  left(): Promise<void>;
}

/** A name that no other test has: logins belong to the whole server. */
export const someName = () => `tidemark_test_bi_${randomBytes(5).toString("hex")}`;

/** A BI login for these rows. @param userId null: everybody's */
export async function addBiLogin(
  { pool, url: serviceUrl }: TestDatabase,
  userId: string | null,
  name = someName(),
): Promise<TestLogin> {
  const person = userId === null ? null : { id: userId, email: "(test)", isActive: true };
  const made = await createBiLogin(pool, { name, person, connections: 10, actor: operator });
  const { url } = addressOf(serviceUrl, { user: name, ...made });
  return {
    name,
    url,
    connect: () => connect(url, "bi test"),
    query: (sql, values) => runSql(url, sql, values),
    left: () =>
      waitUntil(pool, `SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename = '${name}')`),
  };
}

/** Drops what tests have left behind, once their databases are gone. */
export async function dropLogins(names: readonly string[]) {
  for (const name of names)
    await runSql(serverUrl(), `DROP ROLE IF EXISTS ${pg.escapeIdentifier(name)}`);
}
