import type { Row } from "../reports/batches.ts";
import type { Column } from "../reports/column.ts";
import { exact } from "./exact.ts";

// Written out rather than left to a library, which cannot tell NULL (empty) from the empty text ("").
const cell = (value: string | null): string => {
  if (value === null) return "";
  return value === "" || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
};

const line = (cells: (string | null)[]): string => `${cells.map(cell).join(",")}\r\n`;

/** Rows out of JavaScript in the same CSV as exports have, a piece for each batch; the header comes with the first. */
export async function* toCsv(
  columns: readonly Pick<Column, "key" | "type">[],
  batches: AsyncIterable<Row[]> | Iterable<Row[]>,
): AsyncGenerator<string> {
  let head = line(columns.map((column) => column.key));
  for await (const rows of batches) {
    const lines = rows.map((row) =>
      line(columns.map((column) => exact(column.type, row[column.key]))),
    );
    yield head + lines.join("");
    head = "";
  }
  if (head) yield head;
}
