import type { Row } from "../reports/batches.ts";
import { type Column, isNumeric } from "../reports/column.ts";
import { exact } from "./exact.ts";

export interface JsonOptions {
  /** Write numbers as strings, for clients that would round them. */
  numbersAsText?: boolean;
}

/** A bare array of flat objects, one a line, with the same keys in each; numbers to the last digit. */
export async function* toJson(
  columns: readonly Column[],
  batches: AsyncIterable<Row[]> | Iterable<Row[]>,
  { numbersAsText = false }: JsonOptions = {},
): AsyncGenerator<string> {
  let start = "[\n";
  for await (const rows of batches) {
    if (rows.length === 0) continue;
    const lines = rows.map((row) => {
      const members = columns.map(
        (column) =>
          `${JSON.stringify(column.key)}:${write(column, row[column.key], numbersAsText)}`,
      );
      return `{${members.join(",")}}`;
    });
    yield start + lines.join(",\n");
    start = ",\n";
  }
  yield start === ",\n" ? "\n]\n" : "[]\n";
}

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

function write(column: Column, value: unknown, numbersAsText: boolean): string {
  const text = exact(column.type, value);
  if (text === null) return "null";
  if (typeof value === "boolean") return text;
  // Bare, so that no digit passes through a binary number; NaN and Infinity have no JSON number.
  const bare = isNumeric(column.type) && !numbersAsText && JSON_NUMBER.test(text);
  return bare ? text : JSON.stringify(text);
}
