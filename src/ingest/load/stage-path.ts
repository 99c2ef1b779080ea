import type pg from "pg";
import type { StepPlan } from "../plan/step.ts";
import type { Proposal } from "./proposal.ts";
import { crm, list, literal, name, PATH, ROWS } from "./sql.ts";

/** What only the last stage of an imported deal is known to have had. */
const LAST_ONLY = new Set(["amount", "close_date", "probability", "forecast_category"]);

/** Rejects deals whose stages are not entered one after another. */
export async function checkOrder(client: pg.ClientBase, plan: StepPlan) {
  if (plan.history.length === 0) return;
  const times = [...plan.history.map(({ column }) => `s.${name(column)}`), "s.stage_changed_at"];
  const label = plan.outputs.find((output) => output.name === "stage_changed_at")?.label ?? "";
  await client.query(`
    UPDATE ${ROWS} AS s
    SET bad_column = ${literal(label)}, bad_value = s.stage_changed_at::text,
        bad_reason = 'a later stage has an earlier date'
    WHERE s.bad_reason IS NULL
      AND array_remove(ARRAY[${list(times)}], NULL)
        <> ARRAY(SELECT entered FROM unnest(ARRAY[${list(times)}]) AS entered WHERE entered IS NOT NULL ORDER BY entered)`);
}

/** Collects the earlier stages of deals that are new, in their order. */
export async function buildPath(
  client: pg.ClientBase,
  plan: StepPlan,
  { from, where, isKnown }: Proposal,
  inRange: string,
) {
  const steps = plan.history.map(
    ({ stage, column }, index) =>
      `(${index}, ${literal(stage)}::crm.opportunity_stage, s.${name(column)})`,
  );
  await client.query(`DROP TABLE IF EXISTS ${PATH}`);
  await client.query(`
    CREATE TEMPORARY TABLE import_path ON COMMIT DROP AS
    SELECT
      s.row_line,
      row_number() OVER (PARTITION BY s.row_line ORDER BY earlier.position) AS position,
      earlier.stage,
      earlier.entered_at
        + (row_number() OVER (PARTITION BY s.row_line, earlier.entered_at ORDER BY earlier.position) - 1)
        * interval '1 microsecond' AS entered_at
    ${from}
    CROSS JOIN LATERAL (VALUES ${list(steps)}) AS earlier (position, stage, entered_at)
    ${where}
      AND ${inRange}
      AND NOT (${isKnown})
      AND earlier.entered_at IS NOT NULL
      AND earlier.stage <> s.stage`);
  await client.query(`ANALYZE ${PATH}`);
}

/** SQL: the first stage of each new deal, where it is known. */
export const JOIN_FIRST_STAGE = `
  LEFT JOIN ${PATH} AS first_stage
    ON first_stage.row_line = s.row_line AND first_stage.position = 1`;

/** SQL for a column of a deal as it is first written: in its first stage, where that is known. */
export function firstStage(column: string, value: string): string {
  if (column === "stage") return `coalesce(first_stage.stage, ${value})`;
  if (column === "stage_changed_at") return `coalesce(first_stage.entered_at, ${value})`;
  return LAST_ONLY.has(column) ? `CASE WHEN first_stage.row_line IS NULL THEN ${value} END` : value;
}

/** Takes new deals through their later stages, one update each, so that the history is written as it happened. */
export async function advanceStages(
  client: pg.ClientBase,
  plan: StepPlan,
  { values, from, where }: Proposal,
) {
  const table = crm(plan.table.name);
  const isSame = `t.source = ${literal(plan.source)} AND t.external_id = `;
  for (let position = 2; position <= plan.history.length; position += 1) {
    await client.query(`
      UPDATE ${table} AS t
      SET stage = path.stage, stage_changed_at = path.entered_at
      FROM ${PATH} AS path
      JOIN ${ROWS} AS s ON s.row_line = path.row_line
      WHERE path.position = ${position} AND ${isSame} s.external_id`);
  }
  const columns = [...values.keys()].filter(
    (column) => column === "stage" || column === "stage_changed_at" || LAST_ONLY.has(column),
  );
  await client.query(`
    UPDATE ${table} AS t
    SET ${list(columns.map((column) => `${name(column)} = final.${name(column)}`))}
    FROM (
      SELECT s.row_line, s.external_id, ${list(columns.map((column) => `${values.get(column)} AS ${name(column)}`))}
      ${from}
      ${where}
    ) AS final
    WHERE final.row_line IN (SELECT row_line FROM ${PATH}) AND ${isSame} final.external_id`);
}
