import type { Output } from "../plan/output.ts";
import type { StepPlan } from "../plan/step.ts";
import { idOf } from "../plan/targets.ts";
import { crm, literal, lookupTable, name, ROWS } from "./sql.ts";

/** How a step's rows become rows of its table. `s` is the staged row, `e` the existing one. */
export interface Proposal {
  /** Target column → SQL for its value. */
  values: Map<string, string>;
  /** FROM and its joins. */
  from: string;
  /** WHERE: the rows that are still good. */
  where: string;
  /** SQL: whether the table has the row already. */
  isKnown: string;
}

/**
 * @param mayExist whether any row of the file is in the table already; without one, nothing is joined
 * @param withLookups false while look-ups have not been made
 */
export function propose(plan: StepPlan, mayExist: boolean, withLookups = true): Proposal {
  const outputs = plan.outputs.filter((output) => isColumn(plan, output));
  const values = new Map<string, string>();
  for (const output of outputs) {
    if (output.lookup && !withLookups) continue;
    values.set(output.name, proposed(plan, output, mayExist));
  }
  if (plan.table.columns.has("source") && plan.source !== undefined) {
    const own = literal(plan.source);
    values.set("source", mayExist ? `coalesce(e.source, ${own})` : own);
  }
  if (plan.outputs.some((output) => output.lookup?.isSelf) && withLookups) {
    values.set("id", "s.row_id");
  }
  const joins = withLookups ? plan.outputs.filter((output) => output.lookup).map(joinLookup) : [];
  return {
    values,
    from: [`FROM ${ROWS} AS s`, ...joins, ...(mayExist ? [joinExisting(plan)] : [])].join("\n"),
    where: "WHERE s.bad_reason IS NULL",
    isKnown: mayExist ? `e.${name(plan.target.key.at(-1) ?? "id")} IS NOT NULL` : "false",
  };
}

/** Whether an output is a column of the table, and not a link or the date of an earlier stage. */
export const isColumn = (plan: StepPlan, output: Output) => plan.table.columns.has(output.name);

function proposed(plan: StepPlan, output: Output, mayExist: boolean): string {
  const column = name(output.name);
  const staged = output.lookup ? `${alias(output)}.found` : `s.${column}`;
  if (output.name === "custom_fields") return mergedFields(plan, mayExist);
  const value = output.name === "stage_changed_at" ? afterEarlierStages(plan, staged) : staged;
  if (output.fallback === null) return value;
  // A blank leaves an existing row as it is, and gives a new one the table's default.
  return `coalesce(${value}, ${mayExist ? `e.${column}, ` : ""}${output.fallback})`;
}

/** The mapping's own fields as the file has them; fields that others added stay. */
function mergedFields(plan: StepPlan, mayExist: boolean): string {
  if (!mayExist) return "s.custom_fields";
  const keys = plan.customs.map((custom) => literal(custom.key)).join(", ");
  return `(coalesce(e.custom_fields, '{}') - ARRAY[${keys}]::text[]) || s.custom_fields`;
}

/** Stages entered in the same instant follow each other by a microsecond, so that their order holds. */
function afterEarlierStages(plan: StepPlan, staged: string): string {
  if (plan.history.length === 0) return staged;
  const same = plan.history.map(
    ({ stage, column }) =>
      `(s.${name(column)} = s.stage_changed_at AND s.stage <> ${literal(stage)}) IS TRUE`,
  );
  return `s.stage_changed_at + (${same.map((test) => `(${test})::integer`).join(" + ")}) * interval '1 microsecond'`;
}

const alias = (output: Output) => name(`found_${output.name}`);

const joinLookup = (output: Output) =>
  `LEFT JOIN ${lookupTable(output)} AS ${alias(output)} ON ${alias(output)}.text = s.${name(output.name)}`;

/** The table's row of the same key. */
export function joinExisting(plan: StepPlan, kind = "LEFT JOIN"): string {
  const same = plan.target.key.map((column) =>
    column === "source"
      ? `e.source = ${literal(plan.source)}`
      : `e.${name(column)} = ${keyValue(plan, column)}`,
  );
  return `${kind} ${crm(plan.table.name)} AS e ON ${same.join(" AND ")}`;
}

function keyValue(plan: StepPlan, column: string): string {
  const output = plan.outputs.find((candidate) => candidate.name === column);
  // The key of a call is the text itself; other records are known by what the look-up found.
  const isText = output?.lookup === undefined || idOf(output.lookup.table) === column;
  return isText ? `s.${name(column)}` : `${alias(output)}.found`;
}
