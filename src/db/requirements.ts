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
 * Checks that a database can be migrated, before anything is written.
 * @param minimum as in `server_version_num`
 * @throws TidemarkError `database_too_old`, `missing_privilege`
 */
export async function checkRequirements(client: ClientBase, minimum = MINIMUM_VERSION) {
  const { rows } = await client.query(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS name",
  );
  const version: { number: number; name: string } = rows[0];
  if (version.number < minimum) {
    throw databaseUnusable(
      "database_too_old",
      `The server runs PostgreSQL ${version.name}; Tidemark needs ${Math.floor(minimum / 10_000)} or later`,
    );
  }
  const becoming = version.number >= 160_000 ? "SET" : "MEMBER";
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
