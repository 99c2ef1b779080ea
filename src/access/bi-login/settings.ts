import pg from "pg";
import type { Queryable } from "../../db/queryable.ts";
import { MARK } from "./mark.ts";

/**
 * What a BI tool's sessions start with. None of it is a fence, because a session can change each; it keeps a tool that
 * means well from doing harm.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  default_transaction_read_only: "on",
  statement_timeout: "60s",
  // A tool that pages through a result pauses; one that has forgotten it holds up vacuum and migrations.
  idle_in_transaction_session_timeout: "5min",
  client_connection_check_interval: "5s",
  search_path: "reporting",
  // For both, see src/reports/snapshot.ts: the same views are read.
  jit: "off",
  enable_mergejoin: "off",
};

/** Sets everything on the login itself, because the settings of a role are not inherited. */
export async function setUpLogin(db: Queryable, name: string) {
  for (const [setting, value] of Object.entries(SETTINGS)) await set(db, name, setting, value);
  await set(db, name, "timezone", await businessZone(db));
}

/** Has every BI login of this database follow a change of the business zone. @returns their names */
export async function followTimeZone(db: Queryable): Promise<string[]> {
  const zone = await businessZone(db);
  const { rows } = await db.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles WHERE shobj_description(oid, 'pg_authid') = ${MARK} ORDER BY rolname`,
  );
  for (const { name } of rows) await set(db, name, "timezone", zone);
  return rows.map(({ name }) => name);
}

const businessZone = async (db: Queryable): Promise<string> =>
  (await db.query("SELECT ops.business_time_zone() AS zone")).rows[0].zone;

const set = (db: Queryable, name: string, setting: string, value: string) =>
  db.query(`ALTER ROLE ${pg.escapeIdentifier(name)} SET ${setting} = ${pg.escapeLiteral(value)}`);
