import { type Column, isNumeric } from "../reports/column.ts";

type Typed = Pick<Column, "key" | "type">;

/** The name of a column in SQL. */
export const named = ({ key }: Pick<Column, "key">): string => `"${key}"`;

/**
 * SQL of a value as every format writes it, to the last digit: what `exact` makes of a row in JavaScript. Numbers stay
 * numbers, which PostgreSQL writes as it sends them.
 */
export function written(column: Typed): string {
  const value = named(column);
  if (isNumeric(column.type)) return value;
  // Sessions are in UTC: `2026-11-21 10:42:00.5+00` becomes `2026-11-21T10:42:00.5Z`.
  if (column.type === "time") return `replace(replace(${value}::text, ' ', 'T'), '+00', 'Z')`;
  return `${value}::text`;
}
