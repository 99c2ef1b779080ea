import type pg from "pg";
import { copyBinary } from "../../db/binary-copy.ts";
import { inTransaction } from "../../db/transaction.ts";
import { badParameter, notFound } from "../../errors.ts";
import { type Actor, recordEvent } from "../audit.ts";
import { type Field, objectionTo } from "./field.ts";
import type { FieldKey } from "./key.ts";
import { openVault } from "./vault.ts";

/**
 * Writes sensitive fields of a contact; those that are not named stay.
 * @throws TidemarkError `bad_parameter`, which does not quote the value; `not_found`, `pgcrypto_missing`
 */
export async function writeFields(
  pool: pg.Pool,
  key: FieldKey,
  contactId: string,
  values: Partial<Record<Field, string>>,
  actor: Actor,
): Promise<void> {
  const given = Object.entries(values) as [Field, string][];
  for (const [field, value] of given) {
    const objection = objectionTo(field, value);
    if (objection) throw badParameter(field, `The value for ${field} ${objection}`);
  }
  await inTransaction(pool, async (client) => {
    await requireContact(client, contactId);
    await store(client, key, contactId, given);
    const names = given.map(([field]) => field);
    await recordEvent(client, {
      kind: "fields_changed",
      actor,
      subject: contactId,
      details: { set: names },
    });
  });
}

/** Removes the value of a sensitive field, also one that cannot be read. @returns whether there was one */
export const clearField = (pool: pg.Pool, contactId: string, field: Field, actor: Actor) =>
  inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      "DELETE FROM crm.contact_secrets WHERE contact_id = $1 AND field = $2",
      [contactId, field],
    );
    if (rowCount === 0) return false;
    const details = { cleared: [field] };
    await recordEvent(client, { kind: "fields_changed", actor, subject: contactId, details });
    return true;
  });

/** Also keeps it there until the end of the transaction. */
async function requireContact(client: pg.ClientBase, id: string) {
  const { rowCount } = await client.query("SELECT FROM crm.contacts WHERE id = $1 FOR KEY SHARE", [
    id,
  ]);
  if (rowCount === 0) throw notFound(`There is no contact ${id}`);
}

async function store(
  client: pg.ClientBase,
  key: FieldKey,
  contactId: string,
  given: readonly [Field, string][],
) {
  const { keys, seal, code } = await openVault(client, [key]);
  await client.query(
    "CREATE TEMPORARY TABLE field_values (field text, value bytea) ON COMMIT DROP",
  );
  await copyBinary(
    client,
    "pg_temp.field_values (field, value)",
    given.map(([field, value]) => [field, Buffer.from(value)]),
  );
  const row = { contactId: "$1::uuid", field: "given.field", sealed: "given.sealed" };
  await client.query(
    `INSERT INTO crm.contact_secrets (contact_id, field, sealed, authentication_code, key_fingerprint)
     SELECT $1, given.field, given.sealed, ${code(row)}, key.fingerprint
     FROM ${keys} AS key
     CROSS JOIN LATERAL (
       SELECT field, ${seal("value")} AS sealed
       FROM pg_temp.field_values
       OFFSET 0
     ) AS given
     ON CONFLICT (contact_id, field) DO UPDATE SET
       sealed = excluded.sealed,
       authentication_code = excluded.authentication_code,
       key_fingerprint = excluded.key_fingerprint`,
    [contactId],
  );
}
