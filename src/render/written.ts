import pg from "pg";
import { type Column, isNumeric } from "../reports/column.ts";

type Typed = Pick<Column, "key" | "type">;

/** The name of a column in SQL. */
export const named = ({ key }: Pick<Column, "key">): string => `"${key}"`;

/**
 * SQL of a value that PostgreSQL writes as every format has it, to the last digit: what `exact` makes of a row in JavaScript.
 * Most it writes so by itself, which is the fastest.
 */
export function written(column: Typed): string {
  const value = named(column);
  switch (column.type) {
    case "boolean":
      return `${value}::text`;
    case "time":
      // Sessions are in UTC: `2026-11-21 10:42:00.5+00` becomes `2026-11-21T10:42:00.5Z`.
      return `replace(replace(${value}::text, ' ', 'T'), '+00', 'Z')`;
    default:
      return value;
  }
}

/** SQL of the same as a member of a JSON object: numbers, true and false as such, anything else as text. */
export function writtenInJson(column: Typed): string {
  const value = named(column);
  if (isNumeric(column.type)) return value;
  switch (column.type) {
    case "boolean":
    case "date":
    case "month":
      return value;
    case "time":
      return written(column);
    default:
      return `${value}::text`;
  }
}

/** What a spreadsheet takes for the beginning of a formula: = + - @, tab, carriage return and line feed. */
const FORMULA_STARTS = [..."=+-@\t\r\n"].map((one) => one.charCodeAt(0)).join(", ");

/**
 * SQL of a value as a spreadsheet reads it from CSV: numbers with its decimal sign, instants as clocks show them, and no text
 * is a formula: one that looks like it begins with an apostrophe. Numbers and days are never touched by that.
 */
export function writtenForExcel(
  column: Typed,
  { decimal, timeZone }: { decimal: "." | ","; timeZone: string },
): string {
  const value = written(column);
  const text = `${named(column)}::text`;
  if (isNumeric(column.type)) return decimal === "," ? `replace(${text}, '.', ',')` : value;
  switch (column.type) {
    case "boolean":
    case "date":
    case "month":
      return value;
    case "time":
      return `to_char(${named(column)}::timestamptz AT TIME ZONE ${pg.escapeLiteral(timeZone)}, 'YYYY-MM-DD HH24:MI:SS')`;
    default:
      return `CASE WHEN ascii(${text}) IN (${FORMULA_STARTS}) THEN '''' || ${text} ELSE ${text} END`;
  }
}
