import type { Row } from "../reports/batches.ts";
import type { Column } from "../reports/column.ts";
import { midnight } from "../reports/day.ts";
import { inWords } from "../reports/words.ts";
import { dateWriter, numberWriter } from "./writers.ts";

/** What the words on a page depend on. */
export interface Locale {
  currency: string;
  timeZone: string;
  /** How numbers and dates are written, as a tag such as de-CH. The words are English for everybody. */
  language: string;
}

/** What stands where there is no value. */
export const NOTHING = "–";

/** How to write an amount: to the cent, without cents, without cents from 1,000 on, or short such as $1.2M. */
export type Length = "full" | "whole" | "headline" | "short";

/** How to write a row's value of a column: an amount in its own currency, where it has one. */
export function localeOf({ currency }: Pick<Column, "currency">, row: Row, locale: Locale): Locale {
  const own = currency === undefined ? undefined : row[currency];
  return own ? { ...locale, currency: String(own) } : locale;
}

/** A value as people read it: amounts to the cent, rates and statistics rounded. Exports are not rounded. */
export function formatValue(
  column: Pick<Column, "type" | "digits">,
  value: unknown,
  locale: Locale,
  length: Length = "full",
): string {
  if (value === null || value === undefined) return NOTHING;
  const text = String(value);
  switch (column.type) {
    case "amount":
      return money(text, locale, length);
    case "count":
      return decimal(text, locale, { maximumFractionDigits: 0 });
    case "number":
      return decimal(text, locale, fixed(column.digits ?? 2));
    case "rate":
      return decimal(text, locale, { style: "percent", ...fixed(1) });
    case "change":
      return decimal(text, locale, { style: "percent", signDisplay: "exceptZero", ...fixed(1) });
    case "points":
      return `${decimal(String(Number(text) * 100), locale, { signDisplay: "exceptZero", ...fixed(1) })} pts`;
    case "ratio":
      return `${decimal(text, locale, fixed(column.digits ?? 1))}×`;
    case "days":
      return `${decimal(text, locale, { maximumFractionDigits: 1 })} ${Number(text) === 1 ? "day" : "days"}`;
    case "hours":
      return duration(text, locale);
    case "spent":
      return timeSpent(text, locale);
    case "p_value":
      return Number(text) < 0.001
        ? `< ${decimal("0.001", locale, fixed(3))}`
        : decimal(text, locale, fixed(3));
    case "date":
      return writeDay(text, locale);
    case "month":
      return writeMonth(text, locale);
    case "time":
      return writeTime(text, locale);
    case "name":
      return inWords(text);
    case "boolean":
      return value === true ? "yes" : "no";
    default:
      return text;
  }
}

/** Hours as people say them: below one in minutes, beyond two days in days. */
function duration(text: string, locale: Locale): string {
  const hours = Number(text);
  const [value, unit] =
    Math.abs(hours) < 1
      ? [hours * 60, "min"]
      : Math.abs(hours) < 48
        ? [hours, "h"]
        : [hours / 24, "days"];
  return `${decimal(String(value), locale, { maximumFractionDigits: unit === "min" ? 0 : 1 })} ${unit}`;
}

const fixed = (digits: number) => ({
  minimumFractionDigits: digits,
  maximumFractionDigits: digits,
});

// To the minute; of many hours, only these.
function timeSpent(seconds: string, locale: Locale): string {
  const minutes = Math.round(Number(seconds) / 60);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  const write = (count: number) => decimal(String(count), locale, {});
  return hours < 100 ? `${hours} h ${minutes % 60} min` : `${write(Math.round(minutes / 60))} h`;
}

function money(text: string, locale: Locale, length: Length): string {
  const style = { style: "currency", currency: locale.currency } as const;
  if (length === "short")
    return decimal(text, locale, { ...style, notation: "compact", maximumFractionDigits: 1 });
  const isWhole = length === "whole" || (length === "headline" && Math.abs(Number(text)) >= 1000);
  return decimal(text, locale, isWhole ? { ...style, maximumFractionDigits: 0 } : style);
}

// Intl takes the text itself, so that no digit passes through a binary number on the way.
const decimal = (
  text: string,
  { language }: Pick<Locale, "language">,
  options: Intl.NumberFormatOptions,
): string =>
  numberWriter(language, options)
    .format(text as `${number}`)
    .replace("-", "−");

/** A count of rows or the like. */
export const writeCount = (count: number, locale: Pick<Locale, "language">): string =>
  decimal(String(count), locale, {});

const DAY = { year: "numeric", month: "short", day: "numeric" } as const;

/** A day such as 21 Nov 2026. */
export const writeDay = (day: string, { language }: Pick<Locale, "language">): string =>
  dateWriter(language, { ...DAY, timeZone: "UTC" }).format(midnight(day));

const writeTime = (instant: string, { language, timeZone }: Locale): string =>
  dateWriter(language, { ...DAY, hour: "2-digit", minute: "2-digit", timeZone }).format(
    new Date(instant),
  );

const writeMonth = (day: string, { language }: Locale): string =>
  dateWriter(language, { month: "short", year: "numeric", timeZone: "UTC" }).format(midnight(day));

/** A day on the axis of a chart: without the year, or without the day where the chart is long. */
export const writeTick = (day: string, isLong: boolean, locale: Locale): string =>
  isLong
    ? writeMonth(day, locale)
    : dateWriter(locale.language, { month: "short", day: "numeric", timeZone: "UTC" }).format(
        midnight(day),
      );
