import pg from "pg";
import type { BoundQuery } from "./row-order.ts";

// Strings, quoted names and comments are stepped over, so that what looks like a placeholder in them is none.
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\d+)(?=::)/g;

/**
 * The query with its values written into it, for statements that take no parameters. Each stays what it is cast to: a
 * quoted text is read as that type, and as nothing else.
 */
export const literalQuery = ({ text, values }: BoundQuery): string =>
  text.replace(TOKEN, (token, place) =>
    place === undefined ? token : literal(values[Number(place) - 1]),
  );

/** Letters, digits, and what stands between them in names, days and ids: nothing that means anything in SQL. */
const PLAIN = /^[\w .:+/-]*$/;

/** Whether all values are such that writing them into the query leaves nothing to be escaped. */
export const isPlain = ({ values }: Pick<BoundQuery, "values">): boolean =>
  values.flat().every((value) => PLAIN.test(String(value ?? "")));

function literal(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(", ")}]`;
  const text = String(value);
  // It would end the statement there.
  if (text.includes("\0")) throw new Error("a zero byte in a query");
  return pg.escapeLiteral(text);
}
