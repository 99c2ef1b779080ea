import type { ColumnType } from "../reports/column.ts";
import { toIso } from "../reports/versions.ts";

/**
 * A value as every format writes it, to the last digit; null where PostgreSQL said NULL.
 * The page carries this text beside the rounded one, so that page, CSV and JSON can be held against each other.
 */
export function exact(type: ColumnType, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (type === "time") return toIso(String(value));
  return String(value);
}

/** The exact value for a template, with NULL told apart from the empty text. */
export function exactModel(type: ColumnType, value: unknown) {
  const text = exact(type, value);
  return { value: text, isNull: text === null };
}
