import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";

/** Defines the custom fields that a step fills and that are not defined yet. @returns their keys */
export async function defineCustomFields(client: pg.ClientBase, plan: StepPlan): Promise<string[]> {
  if (plan.customs.length === 0) return [];
  const fields = plan.customs.map(({ key, label, field }) => ({
    key,
    label: field.label ?? label,
    data_type: field.type,
    allowed_values: field.type === "choice" ? field.choices : null,
  }));
  const { rows } = await client.query<{ key: string }>(
    `INSERT INTO crm.custom_field_definitions (entity, key, label, data_type, allowed_values)
    SELECT $1, field.key, field.label, field.data_type::crm.custom_field_type, field.allowed_values
    FROM jsonb_to_recordset($2::jsonb)
      AS field (key text, label text, data_type text, allowed_values text[])
    ORDER BY field.key
    ON CONFLICT DO NOTHING
    RETURNING key`,
    [plan.table.name, JSON.stringify(fields)],
  );
  return rows.map((row) => row.key);
}
