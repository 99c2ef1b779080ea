import type pg from "pg";
import { inTransaction } from "../../db/transaction.ts";
import { type Actor, recordEvent } from "../audit.ts";
import type { Field } from "./field.ts";
import type { FieldKey } from "./key.ts";
import { openVault } from "./vault.ts";

export interface RotateOptions {
  from: FieldKey;
  to: FieldKey;
  actor: Actor;
  /** Values in one transaction; one at a time is locked. */
  batchSize?: number;
  /** Called after each batch, with the values that were looked at so far. */
  onProgress?: (count: number) => void;
}

export interface Place {
  contact_id: string;
  field: Field;
}

export interface Rotation {
  /** Values under the new key that were under the old one before. */
  rotated: number;
  /** Values that are not as Tidemark wrote them; they stay as they are. */
  tampered: Place[];
}

/**
 * Encrypts every value of the old key with the new one, in batches of a transaction each: stopped at any time, it goes
 * on where it was. Values never leave the database, and can be read meanwhile by whoever holds both keys.
 * @throws TidemarkError `pgcrypto_missing`
 */
export async function rotateKey(
  pool: pg.Pool,
  { from, to, actor, batchSize = 1_000, onProgress = () => {} }: RotateOptions,
): Promise<Rotation> {
  const rotation: Rotation = { rotated: 0, tampered: [] };
  const about = { kind: "key_rotated", actor, subject: to.fingerprint } as const;
  let seen = 0;
  let last: Place | undefined;
  for (;;) {
    const batch = await inTransaction(pool, async (client) => {
      const rows = await rotateBatch(client, { from, to, batchSize, last });
      if (!last && rows.length > 0)
        await recordEvent(client, {
          ...about,
          details: { from: from.fingerprint, state: "began" },
        });
      return rows;
    });
    for (const { is_intact, contact_id, field } of batch) {
      if (is_intact) rotation.rotated += 1;
      else rotation.tampered.push({ contact_id, field });
    }
    seen += batch.length;
    onProgress(seen);
    last = batch.at(-1);
    if (batch.length < batchSize) break;
  }
  if (seen > 0) {
    const details = {
      from: from.fingerprint,
      state: "ended",
      rotated: rotation.rotated,
      tampered: rotation.tampered.length,
    };
    await recordEvent(pool, { ...about, details });
  }
  return rotation;
}

interface Batch {
  from: FieldKey;
  to: FieldKey;
  batchSize: number;
  /** Where the batch before ended. */
  last: Place | undefined;
}

async function rotateBatch(
  client: pg.ClientBase,
  { from, to, batchSize, last }: Batch,
): Promise<(Place & { is_intact: boolean })[]> {
  const { keys, open, seal, code } = await openVault(client, [from, to]);
  const place = { contactId: "fresh.contact_id", field: "fresh.field", sealed: "fresh.sealed" };
  const { rows } = await client.query(
    `WITH batch AS MATERIALIZED (
       SELECT contact_id, field, sealed, authentication_code
       FROM crm.contact_secrets
       WHERE key_fingerprint = $1 AND ($3::uuid IS NULL OR (contact_id, field) > ($3, $4))
       ORDER BY contact_id, field
       LIMIT $5
       FOR UPDATE
     ),
     opened AS MATERIALIZED (
       SELECT batch.contact_id, batch.field, ${open("batch")} AS value
       FROM batch
       JOIN ${keys} AS key ON key.fingerprint = $1
     ),
     fresh AS MATERIALIZED (
       SELECT opened.contact_id, opened.field, ${seal("opened.value")} AS sealed
       FROM opened
       JOIN ${keys} AS key ON key.fingerprint = $2
       WHERE opened.value IS NOT NULL
     ),
     written AS (
       UPDATE crm.contact_secrets AS secret
       SET
         sealed = fresh.sealed,
         authentication_code = ${code(place)},
         key_fingerprint = key.fingerprint
       FROM fresh
       JOIN ${keys} AS key ON key.fingerprint = $2
       WHERE secret.contact_id = fresh.contact_id AND secret.field = fresh.field
     )
     SELECT contact_id, field, value IS NOT NULL AS is_intact
     FROM opened
     ORDER BY contact_id, field`,
    [from.fingerprint, to.fingerprint, last?.contact_id ?? null, last?.field ?? null, batchSize],
  );
  return rows;
}
