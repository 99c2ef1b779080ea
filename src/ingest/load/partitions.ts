import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import { literal, ROWS } from "./sql.ts";

/** Makes the monthly partitions that a step's rows need; a day out of all reason is rejected before. */
export async function makePartitions(client: pg.ClientBase, plan: StepPlan) {
  if (!plan.table.isPartitioned) return;
  const label = plan.outputs.find((output) => output.name === "created_at")?.label ?? "created_at";
  await client.query(`
    UPDATE ${ROWS}
    SET bad_column = ${literal(label)}, bad_value = created_at::text,
        bad_reason = 'activities are kept by month from 1990 to five years from now'
    WHERE bad_reason IS NULL
      AND created_at NOT BETWEEN '1990-01-01' AND now() + interval '5 years'`);
  await client.query(`
    SELECT crm.ensure_activity_partitions(month, month)
    FROM (
      SELECT DISTINCT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month
      FROM ${ROWS}
      WHERE bad_reason IS NULL
    ) AS months
    ORDER BY month`);
}
