import { createSecretKey, randomBytes } from "node:crypto";
import type pg from "pg";
import type { Actor } from "../../src/access/audit.ts";
import { type FieldKey, fieldKeyOf } from "../../src/access/fields/key.ts";
import { addRow } from "./crm.ts";

/** A key of sensitive fields, and how the settings have it. */
export function someKey(): FieldKey & { setting: string } {
  const bytes = randomBytes(32);
  return { ...fieldKeyOf(createSecretKey(bytes)), setting: bytes.toString("base64") };
}

/** Somebody of whom the audit trail has to know. */
export const reader: Actor = {
  userId: "00000000-0000-0000-0000-00000000000a",
  name: "Ann",
  means: "session",
  address: "192.0.2.7",
};

/** Adds a contact. @returns its id */
export const addContact = async (pool: pg.Pool, last_name = "Example"): Promise<string> =>
  (await addRow(pool, "contacts", { last_name })).id as string;
