import type pg from "pg";
import type { Queryable } from "../../db/queryable.ts";
import { inTransaction } from "../../db/transaction.ts";
import { type Actor, recordEvent } from "../audit.ts";
import type { Field } from "./field.ts";
import type { FieldKey } from "./key.ts";
import { keyWrong, tampered } from "./trouble.ts";
import { openVault } from "./vault.ts";

/** Which sensitive fields of a contact are filled, without their values. */
export async function filledFields(db: Queryable, contactId: string): Promise<Field[]> {
  const { rows } = await db.query<{ field: Field }>(
    "SELECT field FROM crm.contact_secrets WHERE contact_id = $1 ORDER BY field",
    [contactId],
  );
  return rows.map(({ field }) => field);
}

/**
 * Reads a contact's sensitive fields. Who read which is in the audit trail before anybody sees a value.
 * @param keys the current one; during a rotation also the one from before
 * @returns the values that there are
 * @throws TidemarkError `field_key_wrong`, `field_tampered`, `pgcrypto_missing`
 */
export const readFields = (
  pool: pg.Pool,
  keys: readonly FieldKey[],
  contactId: string,
  actor: Actor,
): Promise<Partial<Record<Field, string>>> =>
  inTransaction(pool, async (client) => {
    const { keys: table, open } = await openVault(client, keys);
    const { rows } = await client.query<{
      field: Field;
      needed: string;
      is_held: boolean;
      value: Buffer | null;
    }>(
      `SELECT
         secret.field,
         secret.key_fingerprint AS needed,
         key.fingerprint IS NOT NULL AS is_held,
         ${open("secret")} AS value
       FROM crm.contact_secrets AS secret
       LEFT JOIN ${table} AS key ON key.fingerprint = secret.key_fingerprint
       WHERE secret.contact_id = $1
       ORDER BY secret.field`,
      [contactId],
    );
    const named = (some: typeof rows) => some.map(({ field }) => field).join(", ");
    const closed = rows.filter(({ is_held }) => !is_held);
    if (closed.length > 0) {
      const needed = [...new Set(closed.map((row) => row.needed))];
      throw keyWrong(`Of contact ${contactId}, ${named(closed)} is`, needed, keys);
    }
    const broken = rows.filter(({ value }) => value === null);
    if (broken.length > 0) throw tampered([`${named(broken)} of contact ${contactId}`]);
    await recordEvent(client, {
      kind: "fields_read",
      actor,
      subject: contactId,
      details: { fields: rows.map(({ field }) => field) },
    });
    return Object.fromEntries(rows.map(({ field, value }) => [field, value?.toString() ?? ""]));
  });
