import { TZDate } from "@date-fns/tz";
import { TidemarkError } from "../../errors.ts";
import { type Column, isNumeric } from "../../reports/column.ts";
import { type Day, daysBetween } from "../../reports/day.ts";
import { exact } from "../exact.ts";
import { HEADER_STYLE, styleOf } from "./styles.ts";
import { escapeXml } from "./xml.ts";

/** What one cell can hold. */
const LONGEST_TEXT = 32_767;
/** A spreadsheet calculates with 15 digits, and would round the others away on reading. */
const MOST_DIGITS = 15;
/** The first day that Excel and everybody else count alike: its calendar has a 29 February 1900. */
const FIRST_DAY = "1900-03-01";
const DAY_ZERO = "1899-12-30";

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
      ? dayNumber(text)
      : type === "time"
        ? timeNumber(text, timeZone)
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

const dayNumber = (day: Day): string | undefined =>
  day < FIRST_DAY || day.length > 10 ? undefined : String(daysBetween(DAY_ZERO, day) - 1);

/** Days since the beginning of the calendar, to the millisecond, as clocks showed it. */
function timeNumber(instant: string, timeZone: string): string | undefined {
  const at = new TZDate(instant, timeZone);
  const day = instant.length > 40 || Number.isNaN(at.getTime()) ? "" : wallDay(at);
  if (day < FIRST_DAY || day.length > 10) return undefined;
  const milliseconds =
    ((at.getHours() * 60 + at.getMinutes()) * 60 + at.getSeconds()) * 1000 + at.getMilliseconds();
  return String(daysBetween(DAY_ZERO, day) - 1 + milliseconds / 86_400_000);
}

const wallDay = (at: TZDate): Day =>
  [at.getFullYear(), at.getMonth() + 1, at.getDate()]
    .map((part, index) => String(part).padStart(index === 0 ? 4 : 2, "0"))
    .join("-");
