import { grantOf, type RoleTable } from "../../access/admin/roles.ts";

interface Roles {
  table: RoleTable;
  /** The table's when the form was first shown. */
  version: string;
  /** Ticked boxes, where they were refused; otherwise what the roles permit. */
  grants?: readonly string[];
  problem?: string;
  done?: string;
}

/** Permissions by roles, with a box where they meet. */
export function rolesPage({ table, version, grants, problem, done }: Roles) {
  const { roles, permissions } = table;
  const ticked = new Set(
    grants ?? roles.flatMap(({ id, permits }) => permits.map((one) => grantOf(id, one))),
  );
  return {
    title: "Roles",
    version,
    problem,
    done,
    roles,
    rows: permissions.map((permission) => ({
      ...permission,
      boxes: roles.map((role) => {
        const value = grantOf(role.id, permission.name);
        return { value, role: role.name, isTicked: ticked.has(value) };
      }),
    })),
  };
}
