import { badMapping } from "../../errors.ts";
import { listed } from "../convert/refusal.ts";
import type { PlacedStep } from "../mapping/load.ts";
import type { Table } from "./catalogue.ts";
import type { HistoryStage, Output } from "./output.ts";
import { type FieldContext, planValue } from "./outputs.ts";

/**
 * Plans the dates on which earlier stages were entered, and adds their columns to the outputs.
 * @throws TidemarkError `bad_mapping`
 */
export function planHistory(
  step: PlacedStep,
  table: Table,
  outputs: Output[],
  context: FieldContext,
): HistoryStage[] {
  if (step.stage_history.length === 0) return [];
  const where = `${step.where}.stage_history`;
  const stages = table.columns.get("stage");
  const time = table.columns.get("stage_changed_at");
  if (table.name !== "opportunities" || !stages || !time) {
    throw badMapping(where, "is for the table opportunities only");
  }
  for (const name of ["stage", "stage_changed_at"]) {
    if (outputs.some((output) => output.name === name)) continue;
    throw badMapping(
      where,
      `needs ${name} among the columns: the stage that the deal is in now, and since when`,
    );
  }
  return step.stage_history.map(({ stage, entered }, index) => {
    const place = `${where}[${index}]`;
    const labels = stages.labels ?? [];
    if (!labels.includes(stage)) {
      throw badMapping(`${place}.stage`, `must be one of ${listed(labels)}`, labels);
    }
    if (entered.lookup) throw badMapping(`${place}.entered.lookup`, "a date is not looked up");
    const column = `stage_entered_${index}`;
    const output = planValue(time, entered, `${place}.entered`, context);
    outputs.push({ ...output, name: column, isRequired: false, fallback: null });
    return { stage, column };
  });
}
