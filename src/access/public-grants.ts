import type pg from "pg";
import { inTransaction } from "../db/transaction.ts";

/**
 * Takes back what PostgreSQL gives to every login of the server: to connect to this database, to make temporary objects
 * in it, and to use schema public. Asked for at every start and not by a migration, because neither a restored copy of a
 * database nor one made from a template has the privileges of the original. Without effect where nothing is left to take.
 * @returns what only an administrator can do, in SQL, where this login does not own the database or the schema
 */
export const revokePublicGrants = (pool: pg.Pool): Promise<string[]> =>
  inTransaction(pool, async (client) => {
    // Two that start together would fail on the same row.
    await client.query("SELECT pg_advisory_xact_lock(hashtext('tidemark public grants'))");
    const { rows } = await client.query<{ revoke: string; grant: string; may_revoke: boolean }>(
      GRANTS,
    );
    const beyond: string[] = [];
    for (const { revoke, grant, may_revoke } of rows) {
      if (may_revoke) await client.query(revoke);
      else beyond.push(`${grant}; ${revoke}`);
    }
    return beyond;
  });

/** Whoever runs the service keeps what it needs itself: an import works with temporary tables. */
const GRANTS = `
  WITH grants AS (
    SELECT
      format('DATABASE %I', datname) AS object,
      'CONNECT, TEMPORARY' AS needed,
      datdba AS owner,
      acl.privilege_type
    FROM pg_database
    CROSS JOIN LATERAL aclexplode(coalesce(datacl, acldefault('d', datdba))) AS acl
    WHERE datname = current_database() AND acl.grantee = 0
    UNION ALL
    SELECT 'SCHEMA public', 'USAGE', nspowner, acl.privilege_type
    FROM pg_namespace
    CROSS JOIN LATERAL aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS acl
    WHERE nspname = 'public' AND acl.grantee = 0
  )
  SELECT
    format('REVOKE ALL ON %s FROM PUBLIC', object) AS revoke,
    format('GRANT %s ON %s TO %I', needed, object, current_user) AS grant,
    pg_has_role(current_user, owner, 'USAGE') AS may_revoke
  FROM grants
  GROUP BY object, needed, owner
  ORDER BY object`;
