import type { Queryable } from "../../db/queryable.ts";
import { databaseUnusable } from "../../errors.ts";

/** From PostgreSQL 16 on, CREATEROLE alone does not let a login pass on the membership of another role. */
const RIGHTS = `
  SELECT
    current_user AS login,
    current_database() AS database,
    me.rolsuper OR me.rolcreaterole AS may_create,
    me.rolsuper
      OR current_setting('server_version_num')::int < 160000
      OR pg_has_role('tidemark_reader', 'MEMBER WITH ADMIN OPTION') AS may_admit
  FROM pg_roles AS me
  WHERE me.rolname = current_user`;

/**
 * Checks that the service's own login may make others.
 * @throws TidemarkError `missing_privilege`, with what an administrator can do
 */
export async function requireCreateRole(db: Queryable) {
  const { login, may_create, may_admit } = (await db.query(RIGHTS)).rows[0];
  if (!may_create) throw missing(login, "make logins", `ALTER ROLE "${login}" CREATEROLE`);
  if (!may_admit)
    throw missing(
      login,
      "let others read",
      `GRANT tidemark_reader TO "${login}" WITH ADMIN OPTION`,
    );
}

/** @throws TidemarkError `missing_privilege` where a grant had no effect, because the service does not own the database */
export async function requireConnect(db: Queryable, name: string) {
  const { rows } = await db.query(
    `SELECT current_user AS login, current_database() AS database,
       has_database_privilege($1, current_database(), 'CONNECT') AS may_connect`,
    [name],
  );
  const [{ login, database, may_connect }] = rows as [Record<string, string | boolean>];
  if (may_connect) return;
  throw missing(
    `${login}`,
    "let others connect",
    `GRANT CONNECT ON DATABASE "${database}" TO "${login}" WITH GRANT OPTION`,
  );
}

const missing = (login: string, what: string, remedy: string) =>
  databaseUnusable("missing_privilege", `"${login}" may not ${what}: ${remedy}`);
