import type pg from "pg";
import { addRow } from "./crm.ts";

/** Stands in marts for the owner of what nobody owns. */
export const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Adds one of ours. @returns the key */
export async function addPerson(
  pool: pg.Pool,
  first_name: string,
  columns: Record<string, unknown> = {},
): Promise<string> {
  const email = `${first_name}@example.com`;
  return (await addRow(pool, "users", { email, first_name, ...columns })).id as string;
}
