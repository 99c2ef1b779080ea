import type { Row } from "../reports/batches.ts";
import type { Column } from "../reports/column.ts";
import { exact } from "./exact.ts";

// Written out rather than left to a library, which cannot tell NULL (empty) from the empty text ("").
const cell = (value: string | null): string => {
  if (value === null) return "";
  return value === "" || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
};

const line = (cells: (string | null)[]): string => `${cells.map(cell).join(",")}\r\n`;

/** RFC 4180, a piece for each batch: a header of keys, CRLF, UTF-8; NULL is empty and the empty text is quoted. */
export async function* toCsv(
  columns: readonly Pick<Column, "key" | "type">[],
  batches: AsyncIterable<Row[]> | Iterable<Row[]>,
): AsyncGenerator<string> {
  yield line(columns.map((column) => column.key));
  for await (const rows of batches)
    yield rows
      .map((row) => line(columns.map((column) => exact(column.type, row[column.key]))))
      .join("");
}
