import type { Progress } from "../db/copied-rows.ts";
import type { Column } from "../reports/column.ts";
import type { CopyForm, Export } from "../reports/export.ts";
import type { Dialect } from "./dialect.ts";
import { named, written, writtenForExcel } from "./written.ts";

type Copied = Pick<Export, "copied"> & {
  section: { columns: readonly Pick<Column, "key" | "type">[] };
};

export interface CsvOptions {
  /** For a spreadsheet, and the zone of the clocks that it shows; undefined: exact, for programs. */
  excel?: (Dialect & { timeZone: string }) | undefined;
}

/**
 * A section as CSV by RFC 4180: a header of keys, CRLF, UTF-8; NULL is empty and the empty text is quoted, so that
 * COPY … FROM reads back what was there. For a spreadsheet, it begins with a byte order mark, and separators and decimals
 * are those of its locale.
 */
export async function* copiedCsv(
  { section: { columns }, copied }: Copied,
  progress: Progress,
  { excel }: CsvOptions = {},
): AsyncGenerator<Buffer> {
  const cells = columns.map((column) => {
    const value = excel ? writtenForExcel(column, excel) : written(column);
    return `${value} AS ${named(column)}`;
  });
  const separator = excel?.separator ?? ",";
  const form: CopyForm = {
    lines: (relation) => `SELECT ${cells.join(", ")} FROM ${relation}`,
    options: `FORMAT csv, DELIMITER '${separator}'`,
    end: "\r\n",
  };
  let head = `${excel ? "\ufeff" : ""}${columns.map(({ key }) => key).join(separator)}\r\n`;
  for await (const piece of copied(form, progress)) {
    yield head ? Buffer.concat([Buffer.from(head), piece]) : piece;
    head = "";
  }
  if (head) yield Buffer.from(head);
}
