import type { Queryable } from "../db/queryable.ts";
import { EVERYTHING } from "../db/transaction.ts";
import type { Permission } from "./permission.ts";

/** Who asks, and what they may do. */
export interface Viewer {
  /** Id of the person, or EVERYTHING for a service: what the database decides rows by. */
  id: string;
  /** For the page's corner and the audit trail. */
  name: string;
  /** NULL: a service. */
  email: string | null;
  /** How they want numbers and dates written; NULL: as their browser asks. */
  language: string | null;
  permissions: ReadonlySet<Permission>;
}

/** A person as they are now. @returns undefined when there is none, or they are inactive */
export async function readViewer(db: Queryable, id: string): Promise<Viewer | undefined> {
  const { rows } = await db.query<
    Omit<Viewer, "id" | "permissions"> & { permissions: Permission[] }
  >(
    `SELECT people.name, users.email, preferences.language, crm.permissions_of(users.id) AS permissions
     FROM crm.users
     JOIN mart.people ON people.user_id = users.id
     LEFT JOIN ops.preferences ON preferences.user_id = users.id
     WHERE users.id = $1 AND users.is_active`,
    [id],
  );
  const [row] = rows;
  return row && { id, ...row, permissions: new Set(row.permissions) };
}

/** A program that speaks for nobody: it sees all rows of what it is permitted. */
export const serviceViewer = (name: string, permitted: Iterable<Permission>): Viewer => ({
  id: EVERYTHING,
  name,
  email: null,
  language: null,
  permissions: new Set(permitted),
});
