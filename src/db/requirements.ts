import type { ClientBase } from "pg";
import { databaseUnusable } from "../errors.ts";

/** As in `server_version_num`: PostgreSQL 15. */
export const MINIMUM_VERSION = 150_000;

/** The roles that the service reads as, and lets others read as. */
const ROLES = ["tidemark_reader", "tidemark_pages"];

/** What these roles must be: they exist and we may become them, or we may create them. The first that is not. */
const PRIVILEGES = `
  SELECT
    current_user AS login,
    current_database() AS database,
    has_database_privilege(current_database(), 'CREATE') AS may_create,
    (
      SELECT jsonb_build_object('name', wanted, 'exists', role.oid IS NOT NULL)
      FROM unnest($2::text[]) WITH ORDINALITY AS wanted_roles (wanted, place)
      LEFT JOIN pg_roles AS role ON role.rolname = wanted
      WHERE NOT (login.rolsuper OR CASE
        WHEN role.oid IS NULL THEN login.rolcreaterole
        WHEN current_setting('server_version_num')::int < 160000 AND login.rolcreaterole THEN true
        ELSE pg_has_role(role.oid, $1) OR pg_has_role(role.oid, 'MEMBER WITH ADMIN OPTION')
      END)
      ORDER BY place
      LIMIT 1
    ) AS missing
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
  const { login, database, may_create, missing } = (
    await client.query(PRIVILEGES, [becoming, ROLES])
  ).rows[0];
  if (!may_create) {
    throw databaseUnusable(
      "missing_privilege",
      `"${login}" may not create schemas in "${database}": GRANT CREATE ON DATABASE "${database}" TO "${login}"`,
    );
  }
  if (missing) {
    const { name, exists } = missing as { name: string; exists: boolean };
    throw databaseUnusable(
      "missing_privilege",
      exists
        ? `"${login}" may not act as the role ${name}: GRANT ${name} TO "${login}" WITH ADMIN OPTION`
        : `"${login}" may not create the role ${name}: ALTER ROLE "${login}" CREATEROLE, or have an administrator create that role`,
    );
  }
}
