import { TZDate } from "@date-fns/tz";
import { format as formatDate } from "date-fns/format";
import type { Column } from "../reports/column.ts";
import { toDate } from "../reports/day.ts";
import { inWords } from "../reports/words.ts";

/** What the words on a page depend on. */
export interface Locale {
  currency: string;
  timeZone: string;
}

/** What stands where there is no value. */
export const NOTHING = "–";

/** How to write an amount: to the cent, without cents, without cents from 1,000 on, or short such as $1.2M. */
export type Length = "full" | "whole" | "headline" | "short";

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
      return money(text, locale.currency, length);
    case "count":
      return decimal(text, { maximumFractionDigits: 0 });
    case "number":
      return decimal(text, fixed(column.digits ?? 2));
    case "rate":
      return decimal(text, { style: "percent", ...fixed(1) });
    case "change":
      return decimal(text, { style: "percent", signDisplay: "exceptZero", ...fixed(1) });
    case "points":
      return `${decimal(String(Number(text) * 100), { signDisplay: "exceptZero", ...fixed(1) })} pts`;
    case "ratio":
      return `${decimal(text, fixed(column.digits ?? 1))}×`;
    case "days":
      return `${decimal(text, { maximumFractionDigits: 1 })} ${Number(text) === 1 ? "day" : "days"}`;
    case "p_value":
      return Number(text) < 0.001 ? "< 0.001" : decimal(text, fixed(3));
    case "date":
      return formatDate(toDate(text), "d MMM yyyy");
    case "time":
      return formatDate(new TZDate(text, locale.timeZone), "d MMM yyyy, HH:mm");
    case "name":
      return inWords(text);
    case "boolean":
      return value === true ? "yes" : "no";
    default:
      return text;
  }
}

const fixed = (digits: number) => ({
  minimumFractionDigits: digits,
  maximumFractionDigits: digits,
});

function money(text: string, currency: string, length: Length): string {
  const style = { style: "currency", currency } as const;
  if (length === "short")
    return decimal(text, { ...style, notation: "compact", maximumFractionDigits: 1 });
  const isWhole = length === "whole" || (length === "headline" && Math.abs(Number(text)) >= 1000);
  return decimal(text, isWhole ? { ...style, maximumFractionDigits: 0 } : style);
}

// Intl takes the text itself, so that no digit passes through a binary number on the way.
const decimal = (text: string, options: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat("en-US", options).format(text as `${number}`).replace("-", "−");
