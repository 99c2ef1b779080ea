import type { ClientBase } from "pg";
import { databaseUnusable } from "../errors.ts";

/** As in `server_version_num`: PostgreSQL 15. */
export const MINIMUM_VERSION = 150_000;

/** What the reader role must be: it exists and we may become it, or we may create it. */
const PRIVILEGES = `
  WITH reader AS (
    SELECT oid FROM pg_roles WHERE rolname = 'tidemark_reader'
  )
  SELECT
    current_user AS login,
    current_database() AS database,
    has_database_privilege(current_database(), 'CREATE') AS may_create,
    login.rolsuper OR CASE
      WHEN NOT EXISTS (SELECT FROM reader) THEN login.rolcreaterole
      WHEN current_setting('server_version_num')::int < 160000 AND login.rolcreaterole THEN true
      ELSE pg_has_role((SELECT oid FROM reader), $1)
        OR pg_has_role((SELECT oid FROM reader), 'MEMBER WITH ADMIN OPTION')
    END AS may_read,
    EXISTS (SELECT FROM reader) AS reader_exists
  FROM pg_roles AS login
  WHERE login.rolname = current_user`;

/**
 * Checks the server's version.
 * @param minimum as in `server_version_num`
 * @returns the version, as a number of that kind
 * @throws TidemarkError `database_too_old`
 */
export async function checkVersion(client: ClientBase, minimum = MINIMUM_VERSION): Promise<number> {
  const { rows } = await client.query(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  const { number, name }: { number: number; name: string } = rows[0];
  if (number >= minimum) return number;
  throw databaseUnusable(
    "database_too_old",
    `The server runs PostgreSQL ${name}; Tidemark needs ${Math.floor(minimum / 10_000)} or later`,
  );
}

/**
 * Checks that a database can be migrated, before anything is written.
 * @throws TidemarkError `database_too_old`, `missing_privilege`
 */
export async function checkRequirements(client: ClientBase) {
  const version = await checkVersion(client);
  const becoming = version >= 160_000 ? "SET" : "MEMBER";
  const { login, database, may_create, may_read, reader_exists } = (
    await client.query(PRIVILEGES, [becoming])
  ).rows[0];
  if (!may_create) {
    throw databaseUnusable(
      "missing_privilege",
      `"${login}" may not create schemas in "${database}": GRANT CREATE ON DATABASE "${database}" TO "${login}"`,
    );
  }
  if (!may_read) {
    throw databaseUnusable(
      "missing_privilege",
      reader_exists
        ? `"${login}" may not act as the role tidemark_reader: GRANT tidemark_reader TO "${login}" WITH ADMIN OPTION`
        : `"${login}" may not create the role tidemark_reader: ALTER ROLE "${login}" CREATEROLE, or have an administrator create that role`,
    );
  }
}
