import type pg from "pg";
import type { Check } from "../plan/catalogue.ts";
import type { StepPlan } from "../plan/step.ts";
import { propose } from "./proposal.ts";
import { explainCheck } from "./reasons.ts";
import { list, literal, name, ROWS } from "./sql.ts";

/** Rejects the rows that the table's own checks would refuse, all checks in one pass. */
export async function applyChecks(client: pg.ClientBase, plan: StepPlan, mayExist: boolean) {
  const { values, from, where } = propose(plan, mayExist, false);
  const unknown = new Set(
    plan.outputs.filter((output) => output.lookup).map((output) => output.name),
  );
  const mapped = (check: Check) => check.columns.some((column) => values.has(column));
  const checks = plan.table.checks.filter(
    (check) =>
      mapped(check) && !check.columns.some((column) => unknown.has(column) || column === "id"),
  );
  if (checks.length === 0) return;

  const needed = [...new Set(checks.flatMap((check) => check.columns))];
  const columns = needed.map(
    (column) => `${values.get(column) ?? unmapped(plan, column, mayExist)} AS ${name(column)}`,
  );
  const cases = checks.map((check, index) => `WHEN (${check.sql}) IS FALSE THEN ${index}`);
  const reasons = checks.map((check, index) => {
    const { column, reason } = explainCheck(plan, check);
    const output = plan.outputs.find((candidate) => candidate.name === column);
    return `(${index}, ${literal(output?.label ?? column)}, ${literal(reason)})`;
  });
  const shown = checks.map((check, index) => {
    const { column } = explainCheck(plan, check);
    return `WHEN ${index} THEN ${values.has(column) && column !== "source" ? `s.${name(column)}::text` : "NULL"}`;
  });
  await client.query(`
    UPDATE ${ROWS} AS s
    SET bad_column = failure.label,
        bad_value = left(CASE failure.number ${shown.join(" ")} END, 200),
        bad_reason = failure.reason
    FROM (
      SELECT row_line, CASE ${cases.join(" ")} END AS number
      FROM (SELECT s.row_line, ${list(columns)} ${from} ${where}) AS proposed
    ) AS checked
    JOIN (VALUES ${list(reasons)}) AS failure (number, label, reason) USING (number)
    WHERE s.row_line = checked.row_line`);
}

function unmapped(plan: StepPlan, column: string, mayExist: boolean): string {
  const { fallback = null, type = "text" } = plan.table.columns.get(column) ?? {};
  const inNewRow = fallback ?? `NULL::${type}`;
  return mayExist ? `CASE WHEN e IS NULL THEN ${inNewRow} ELSE e.${name(column)} END` : inNewRow;
}
