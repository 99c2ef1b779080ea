import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { TidemarkError } from "../errors.ts";
import type { Row } from "../reports/batches.ts";
import type { Column } from "../reports/column.ts";
import { rowsSheet, textSheet } from "./xlsx/sheet.ts";
import { stylesXml } from "./xlsx/styles.ts";
import { workbookParts } from "./xlsx/workbook.ts";

// Nobody asks when a part of it was made: the same rows are the same file.
const DATED = { mtime: new Date(2000, 0, 1) };

/** Rows of a sheet, less its header. */
export const MOST_ROWS = 1_048_575;

export interface XlsxOptions {
  /** Of the sheet. */
  title: string;
  /** What the workbook is of: lines of a name and a value, for its second sheet. */
  about: readonly (readonly [string, string])[];
  /** Zone of the clocks whose time instants are shown in. */
  timeZone: string;
}

/** @throws TidemarkError `too_many_rows_for_xlsx` before anything is sent */
export function checkRows(rowCount: number): void {
  if (rowCount <= MOST_ROWS) return;
  throw new TidemarkError(
    "too_many_rows_for_xlsx",
    400,
    `A sheet holds ${MOST_ROWS} rows, and these are ${rowCount}. CSV and JSON have no such limit.`,
    { parameter: "format", allowed: ["csv", "json", "ndjson"] },
  );
}

/**
 * A workbook, as it grows: its first sheet has the rows, its second says what they are. Written out rather than left to a
 * library, which would pass every amount through a binary number; the archive around it is a library's.
 */
export async function* toXlsx(
  columns: readonly Column[],
  batches: AsyncIterable<Row[]>,
  { title, about, timeZone }: XlsxOptions,
): AsyncGenerator<Buffer> {
  // What fails on the first rows is not begun.
  const rest = batches[Symbol.asyncIterator]();
  const first = await rest.next();
  const zip = new ZipFile();
  const put = (name: string, text: string) => zip.addBuffer(Buffer.from(text), name, DATED);
  for (const [name, text] of Object.entries(workbookParts([title, "About"]))) put(name, text);
  put("xl/styles.xml", stylesXml);
  put("xl/worksheets/sheet2.xml", textSheet(aboutRows(columns, about), [26, 26, 90]));
  const rows = Readable.from(rowsSheet(columns, resumed(first, rest), timeZone), {
    objectMode: false,
  });
  zip.addReadStream(rows, "xl/worksheets/sheet1.xml", DATED);
  zip.end();
  const output = zip.outputStream as Readable;
  // A workbook whose rows fail breaks off, and is none.
  rows.once("error", (error) => output.destroy(error));
  try {
    yield* output as AsyncIterable<Buffer>;
  } finally {
    rows.destroy();
  }
}

async function* resumed<T>(first: IteratorResult<T>, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

const aboutRows = (
  columns: readonly Column[],
  about: XlsxOptions["about"],
): (readonly string[])[] => [
  ["About", "", ""],
  ...about.map(([name, value]) => [name, value, ""]),
  ["", "", ""],
  ["Column", "Name in CSV and JSON", "Meaning"],
  ...columns.map(({ key, label, definition }) => [label, key, definition]),
];
