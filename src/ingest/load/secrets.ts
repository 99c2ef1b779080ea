import type pg from "pg";
import { operator, recordEvent } from "../../access/audit.ts";
import { openVault } from "../../access/fields/vault.ts";
import type { StepPlan } from "../plan/step.ts";
import { joinExisting } from "./proposal.ts";
import { list, literal, name, ROWS } from "./sql.ts";

/**
 * Writes the sensitive fields of a step's good rows: those that differ from what is there, and blanks clear.
 * Values are unwrapped where they are compared and sealed, so that nothing of them waits in between.
 * @returns notes for the report
 */
export async function writeSecrets(client: pg.ClientBase, plan: StepPlan): Promise<string[]> {
  const { secrets } = plan;
  if (!secrets) return [];
  const { keys, seal, open, code, unwrap } = await openVault(client, secrets.keys, secrets.courier);
  const staged = secrets.fields.map(
    ({ field, column }) => `(${literal(field)}, s.${name(column)})`,
  );
  const from = `
    FROM ${ROWS} AS s
    ${joinExisting(plan, "JOIN")}
    CROSS JOIN LATERAL (VALUES ${list(staged)}) AS given (field, wrapped)`;
  const current = `JOIN ${keys} AS key ON key.fingerprint = ${literal(secrets.keys[0].fingerprint)}`;
  const place = { contactId: "fresh.contact_id", field: "fresh.field", sealed: "fresh.sealed" };
  const set = await client.query(`
    INSERT INTO crm.contact_secrets (contact_id, field, sealed, authentication_code, key_fingerprint)
    SELECT fresh.contact_id, fresh.field, fresh.sealed, ${code(place)}, key.fingerprint
    FROM (
      SELECT e.id AS contact_id, given.field, ${seal(unwrap("given.wrapped"))} AS sealed
      ${from}
      LEFT JOIN crm.contact_secrets AS secret ON secret.contact_id = e.id AND secret.field = given.field
      LEFT JOIN ${keys} AS held ON held.fingerprint = secret.key_fingerprint
      ${current}
      WHERE s.bad_reason IS NULL
        AND given.wrapped IS NOT NULL
        AND ${open("secret", "held")} IS DISTINCT FROM ${unwrap("given.wrapped")}
      OFFSET 0
    ) AS fresh
    ${current}
    ON CONFLICT (contact_id, field) DO UPDATE SET
      sealed = excluded.sealed,
      authentication_code = excluded.authentication_code,
      key_fingerprint = excluded.key_fingerprint`);
  const cleared = await client.query(`
    DELETE FROM crm.contact_secrets AS secret
    USING (SELECT e.id, given.field ${from} WHERE s.bad_reason IS NULL AND given.wrapped IS NULL) AS blank
    WHERE secret.contact_id = blank.id AND secret.field = blank.field`);
  return noted(client, plan, { set: set.rowCount ?? 0, cleared: cleared.rowCount ?? 0 });
}

async function noted(
  client: pg.ClientBase,
  plan: StepPlan,
  counts: { set: number; cleared: number },
): Promise<string[]> {
  if (counts.set + counts.cleared === 0) return [];
  const fields = plan.secrets?.fields.map(({ field }) => field);
  await recordEvent(client, {
    kind: "fields_changed",
    actor: operator,
    subject: `import from ${plan.source}`,
    details: { fields, set_count: counts.set, cleared_count: counts.cleared },
  });
  const shown = (count: number) => count.toLocaleString("en");
  return [`sensitive fields: ${shown(counts.set)} set, ${shown(counts.cleared)} cleared`];
}
