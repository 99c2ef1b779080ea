import type pg from "pg";
import { addAccount, emailOf } from "./accounts.ts";

/** Adds a person who may do everything. @returns the address that they sign in with */
export async function addEverythingRole(pool: pg.Pool): Promise<string> {
  const name = "Everything";
  const id = await addAccount(pool, name);
  await pool.query(
    `INSERT INTO crm.user_roles (user_id, role_id) SELECT $1, id FROM crm.roles ON CONFLICT DO NOTHING`,
    [id],
  );
  return emailOf(name);
}
