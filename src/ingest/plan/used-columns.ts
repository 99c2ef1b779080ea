import type { PlacedStep } from "../mapping/load.ts";
import { columnsOf } from "./read.ts";

/** Columns of the file that a step reads. */
export function usedColumns(step: PlacedStep): string[] {
  const fields = [
    ...Object.values(step.columns),
    ...Object.values(step.custom_fields),
    ...Object.values(step.sensitive),
    ...Object.values(step.links),
    ...step.stage_history.map((entry) => entry.entered),
  ];
  const names = fields.flatMap(columnsOf);
  if (step.only) names.push(step.only.column);
  for (const { required } of fields) {
    if (typeof required === "object") names.push(required.column);
  }
  return [...new Set(names)];
}
