import type { Column } from "../reports/column.ts";
import type { Export } from "../reports/export.ts";
import { endLines, type Progress } from "./lines.ts";
import { named, written } from "./written.ts";

type Typed = Pick<Column, "key" | "type">;

/**
 * A section as CSV by RFC 4180: a header of keys, CRLF, UTF-8; NULL is empty and the empty text is quoted, so that
 * COPY … FROM reads back what was there.
 */
export async function* copiedCsv(
  { section: { columns }, copied }: Pick<Export, "copied"> & { section: { columns: Typed[] } },
  progress: Progress,
): AsyncGenerator<Buffer> {
  const cells = columns.map((column) => `${written(column)} AS ${named(column)}`);
  const rows = copied({
    lines: (relation) => `SELECT ${cells.join(", ")} FROM ${relation}`,
    options: "FORMAT csv",
  });
  let head = `${columns.map(({ key }) => key).join(",")}\r\n`;
  for await (const piece of endLines(rows, { end: "\r\n", quoted: true, progress })) {
    yield head ? Buffer.concat([Buffer.from(head), piece]) : piece;
    head = "";
  }
  if (head) yield Buffer.from(head);
}
