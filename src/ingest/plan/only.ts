import type { PlacedStep } from "../mapping/load.ts";
import { columnsOf } from "./read.ts";

/** Columns of the file that a step reads. */
export function usedColumns(step: PlacedStep): string[] {
  const fields = [
    ...Object.values(step.columns),
    ...Object.values(step.custom_fields),
    ...Object.values(step.links),
    ...step.stage_history.map((entry) => entry.entered),
  ];
  const names = fields.flatMap(columnsOf);
  if (step.only) names.push(step.only.column);
  return [...new Set(names)];
}

/** Compiles `only`: which rows a step is about. */
export function compileOnly({ only }: PlacedStep, header: readonly string[]) {
  if (!only) return () => true;
  const index = header.indexOf(only.column);
  const wanted = only.is && new Set(only.is);
  const unwanted = new Set(only.is_not ?? []);
  return (row: readonly string[]) => {
    const text = (row[index] ?? "").trim();
    return (wanted === undefined || wanted.has(text)) && !unwanted.has(text);
  };
}
