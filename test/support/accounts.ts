import type pg from "pg";
import { operator } from "../../src/access/audit.ts";
import { changePassword } from "../../src/access/credentials.ts";
import { addPerson } from "./people.ts";

export const PASSWORD = "correct horse battery";

/** Adds a person who can sign in. @returns their key */
export async function addAccount(
  pool: pg.Pool,
  name: string,
  role: string | null = "Sales Manager",
): Promise<string> {
  const userId = await addPerson(pool, name);
  await pool.query("INSERT INTO crm.user_roles SELECT $1, id FROM crm.roles WHERE role_name = $2", [
    userId,
    role,
  ]);
  await changePassword(pool, { userId, email: emailOf(name), password: PASSWORD, actor: operator });
  return userId;
}

export const emailOf = (name: string) => `${name}@example.com`;
