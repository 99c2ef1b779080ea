import type pg from "pg";
import type { Queryable } from "../../db/queryable.ts";
import { badParameter } from "../../errors.ts";
import { type Actor, recordEvent } from "../audit.ts";
import { permissions } from "../permission.ts";
import { changeAccess, changedMeanwhile } from "./keepers.ts";

export interface Role {
  id: string;
  name: string;
  about: string;
  /** Active people who have it. */
  people: number;
  /** What it permits, in order. */
  permits: string[];
}

export interface RoleTable {
  /** By name. */
  roles: Role[];
  /** What a role can permit, in the order of permission.ts. */
  permissions: { name: string; about: string }[];
  /** Changes whenever a role permits something else. */
  version: string;
}

/** What each role permits. */
export async function readRoles(db: Queryable): Promise<RoleTable> {
  const roles = await db.query<Role>(
    `SELECT
       roles.id,
       roles.role_name AS name,
       coalesce(roles.description, '') AS about,
       (
         SELECT count(*)::int
         FROM crm.user_roles AS held
         JOIN crm.users ON users.id = held.user_id
         WHERE held.role_id = roles.id AND users.is_active
       ) AS people,
       ARRAY(
         SELECT permissions.permission_name
         FROM crm.role_permissions AS granted
         JOIN crm.permissions ON permissions.id = granted.permission_id
         WHERE granted.role_id = roles.id
         ORDER BY array_position($1, permissions.permission_name), permissions.permission_name
       ) AS permits
     FROM crm.roles
     ORDER BY roles.role_name`,
    [permissions],
  );
  const known = await db.query<{ name: string; about: string }>(
    `SELECT permission_name AS name, coalesce(description, '') AS about
     FROM crm.permissions
     ORDER BY array_position($1, permission_name), permission_name`,
    [permissions],
  );
  const version = await db.query<{ version: string }>(
    `SELECT md5(coalesce(string_agg(concat(role_id, permission_id), ' ' ORDER BY role_id, permission_id), '')) AS version
     FROM crm.role_permissions`,
  );
  return {
    roles: roles.rows,
    permissions: known.rows,
    version: version.rows[0]?.version as string,
  };
}

/** As a form sends it: the id of a role and what it permits, such as `…:report:sales`. */
export const grantOf = (roleId: string, permission: string) => `${roleId}:${permission}`;

/**
 * Says what each role permits: these grants, and no others.
 * @param version the table's when the form was shown
 * @throws TidemarkError `changed_meanwhile`, `bad_parameter`, and what `changeAccess` throws
 */
export const changeRoles = (
  pool: pg.Pool,
  { actor, version, grants }: { actor: Actor; version: string; grants: readonly string[] },
): Promise<void> =>
  changeAccess(pool, { actor, needs: "role:manage" }, async (client) => {
    // Also against whoever changes it by SQL.
    await client.query("LOCK TABLE crm.role_permissions IN SHARE ROW EXCLUSIVE MODE");
    const before = await readRoles(client);
    if (before.version !== version) throw changedMeanwhile("What the roles permit");
    const wanted = new Set(grants);
    for (const { id, name, permits } of before.roles) {
      const after = before.permissions
        .map((permission) => permission.name)
        .filter((permission) => wanted.delete(grantOf(id, permission)));
      if (after.join() === permits.join()) continue;
      await writeRole(client, id, after);
      const details = { before: { permits }, after: { permits: after } };
      await recordEvent(client, { kind: "permissions_changed", actor, subject: name, details });
    }
    if (wanted.size > 0)
      throw badParameter("grants", "There is no such role or permission any more.");
  });

async function writeRole(client: pg.PoolClient, id: string, permits: readonly string[]) {
  await client.query("DELETE FROM crm.role_permissions WHERE role_id = $1", [id]);
  await client.query(
    `INSERT INTO crm.role_permissions (role_id, permission_id)
     SELECT $1, id FROM crm.permissions WHERE permission_name = ANY ($2)`,
    [id, permits],
  );
}
