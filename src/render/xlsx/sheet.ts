import type { Row } from "../../reports/batches.ts";
import { type Column, isNumeric } from "../../reports/column.ts";
import { cell, headerCell } from "./cell.ts";
import { XML } from "./xml.ts";

const SHEET = `${XML}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`;

const widthOf = ({ type, label }: Column): number =>
  Math.max(label.length + 3, isNumeric(type) || type === "date" ? 12 : type === "time" ? 20 : 24);

const columnsXml = (widths: readonly number[]): string =>
  `<cols>${widths
    .map(
      (width, index) =>
        `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
    )
    .join("")}</cols>`;

const rowXml = (cells: readonly string[]): string => `<row>${cells.join("")}</row>`;

/** The header stays in sight. */
const FROZEN =
  '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';

/** The sheet with the rows, a piece for each batch. */
export async function* rowsSheet(
  columns: readonly Column[],
  batches: AsyncIterable<Row[]>,
  timeZone: string,
): AsyncGenerator<string> {
  const header = columns.map(({ label, unit, type }) => {
    const more = type === "time" ? timeZone : unit;
    return headerCell(more ? `${label} (${more})` : label);
  });
  yield `${SHEET}${FROZEN}${columnsXml(columns.map(widthOf))}<sheetData>${rowXml(header)}`;
  for await (const rows of batches)
    yield rows
      .map((row) => rowXml(columns.map((column) => cell(column, row[column.key], timeZone))))
      .join("");
  yield "</sheetData></worksheet>";
}

/** A sheet of texts, the first row as header. */
export function textSheet(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  const text = { type: "text" } as const;
  const written = rows.map((row, index) =>
    rowXml(row.map((value) => (index === 0 ? headerCell(value) : cell(text, value, "UTC")))),
  );
  return `${SHEET}${columnsXml(widths)}<sheetData>${written.join("")}</sheetData></worksheet>`;
}
