import { addMonths } from "date-fns/addMonths";
import { endOfISOWeek } from "date-fns/endOfISOWeek";
import { endOfMonth } from "date-fns/endOfMonth";
import { endOfQuarter } from "date-fns/endOfQuarter";
import { endOfYear } from "date-fns/endOfYear";
import { format } from "date-fns/format";
import { startOfISOWeek } from "date-fns/startOfISOWeek";
import { startOfMonth } from "date-fns/startOfMonth";
import { startOfQuarter } from "date-fns/startOfQuarter";
import { startOfYear } from "date-fns/startOfYear";
import { subYears } from "date-fns/subYears";
import { addDays, type Day, daysBetween, toDate, toDay } from "./day.ts";

/** Days from `from` to `to`, both included, with the name that people give them. */
export interface Span {
  from: Day;
  to: Day;
  label: string;
}

export type CalendarUnit = "week" | "month" | "quarter" | "year";

const units = {
  week: [startOfISOWeek, endOfISOWeek, "'Week' I 'of' R"],
  month: [startOfMonth, endOfMonth, "MMMM yyyy"],
  quarter: [startOfQuarter, endOfQuarter, "QQQ yyyy"],
  year: [startOfYear, endOfYear, "yyyy"],
} as const;

/** The calendar week, month, quarter or year that holds a day. Weeks are ISO weeks, Monday first. */
export function calendarSpan(unit: CalendarUnit, day: Day): Span {
  const [start, end, name] = units[unit];
  const date = toDate(day);
  return { from: toDay(start(date)), to: toDay(end(date)), label: format(date, name) };
}

/** The `count` days or months that end on a day. */
export function rollingSpan(unit: "days" | "months", count: number, to: Day): Span {
  const from =
    unit === "days" ? addDays(to, 1 - count) : addDays(toDay(addMonths(toDate(to), -count)), 1);
  return { from, to, label: `${count} ${unit} to ${format(toDate(to), "d MMM yyyy")}` };
}

/** Any days, named by their ends. */
export function namedRange(from: Day, to: Day): Span {
  const [start, end] = [toDate(from), toDate(to)];
  const head = from.slice(0, 4) === to.slice(0, 4) ? "d MMM" : "d MMM yyyy";
  const label =
    from === to
      ? format(end, "d MMM yyyy")
      : `${format(start, head)} to ${format(end, "d MMM yyyy")}`;
  return { from, to, label };
}

/** As many days as the span has, right before it. */
export function rangeBefore(span: Span): Span {
  const to = addDays(span.from, -1);
  return namedRange(addDays(to, 1 - daysBetween(span.from, span.to)), to);
}

export const yearBefore = (day: Day): Day => toDay(subYears(toDate(day), 1));
