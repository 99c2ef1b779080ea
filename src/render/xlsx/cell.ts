import { TidemarkError } from "../../errors.ts";
import { type Column, isNumeric } from "../../reports/column.ts";
import { exact } from "../exact.ts";
import { daySerial, timeSerial } from "./serial.ts";
import { HEADER_STYLE, styleOf } from "./styles.ts";
import { escapeXml } from "./xml.ts";

/** What one cell can hold. */
const LONGEST_TEXT = 32_767;
/** A spreadsheet calculates with 15 digits, and would round the others away on reading. */
const MOST_DIGITS = 15;
const textCell = (text: string, style = 0): string => {
  if (text.length > LONGEST_TEXT)
    throw new TidemarkError(
      "too_long_for_xlsx",
      400,
      `A text of ${text.length} characters does not fit into a cell of a workbook, which holds ${LONGEST_TEXT}. CSV and JSON have it.`,
      { allowed: ["csv", "json"] },
    );
  const look = style ? ` s="${style}"` : "";
  return `<c t="inlineStr"${look}><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`;
};

/** A cell of the header row. */
export const headerCell = (text: string): string => textCell(text, HEADER_STYLE);

/**
 * A value as a cell: numbers, days and instants as such, texts as texts, whatever they look like: nothing is a formula.
 * A number with more digits than a spreadsheet keeps is a text. Instants are those of clocks in the business zone.
 */
export function cell(column: Pick<Column, "type">, value: unknown, timeZone: string): string {
  const { type } = column;
  const text = exact(type, value);
  if (text === null) return "<c/>";
  if (type === "boolean") return `<c t="b"><v>${value === true ? 1 : 0}</v></c>`;
  const serial =
    type === "date" || type === "month"
      ? daySerial(text)
      : type === "time"
        ? timeSerial(text, timeZone)
        : undefined;
  if (serial !== undefined) return numberCell(serial, type);
  return isNumeric(type) && isKept(text) ? numberCell(text, type) : textCell(text);
}

const numberCell = (number: string, type: Column["type"]): string =>
  `<c s="${styleOf(type)}"><v>${number}</v></c>`;

/** Whether a spreadsheet keeps every digit. NaN and infinity are no numbers to it. */
function isKept(text: string): boolean {
  const [mantissa = ""] = text.split(/e/i);
  const digits = mantissa.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) && digits.length <= MOST_DIGITS;
}
