import { badParameter } from "../errors.ts";
import { addDays, type Day, daysBetween, earlier } from "./day.ts";
import { type FiscalPeriod, fiscalBefore, fiscalYearBefore } from "./fiscal.ts";
import type { Period } from "./period.ts";
import {
  calendarSpan,
  namedRange,
  rangeBefore,
  rollingSpan,
  type Span,
  yearBefore,
} from "./span.ts";

export const compareChoices = [
  { value: "previous", label: "The period before" },
  { value: "last_year", label: "A year earlier" },
  { value: "none", label: "No comparison" },
] as const;

export interface Comparison extends Span {
  /** The last day that takes part: a period to date compares with as many days, never with the whole. */
  through: Day;
  /** The name of the whole period, without the days that take part. */
  whole: string;
}

/**
 * What a period compares with, like for like; undefined where there is nothing to compare.
 * @throws TidemarkError `bad_parameter` when the value is not one of the choices
 */
export function parseComparison(
  value: string,
  period: Period,
  calendar: readonly FiscalPeriod[],
): Comparison | undefined {
  const choice = compareChoices.find((one) => one.value === value)?.value;
  if (!choice)
    throw badParameter(
      "compare",
      `compare: "${value}" is not a comparison`,
      compareChoices.map((one) => one.value),
    );
  const span =
    choice === "none"
      ? undefined
      : choice === "previous"
        ? before(period, calendar)
        : aYearBefore(period, calendar);
  // A period of which no day has come has nothing to be held against.
  return span && period.elapsedDays > 0 ? likeForLike(span, period) : undefined;
}

function before(period: Period, calendar: readonly FiscalPeriod[]): Span | undefined {
  const { shape } = period;
  if (shape.kind === "all") return undefined;
  if (shape.kind === "calendar") return calendarSpan(shape.unit, addDays(period.from, -1));
  if (shape.kind === "fiscal") return fiscalBefore(calendar, shape.unit, period.from);
  if (shape.kind === "rolling")
    return rollingSpan(shape.unit, shape.count, addDays(period.from, -1));
  return rangeBefore(period);
}

function aYearBefore(period: Period, calendar: readonly FiscalPeriod[]): Span | undefined {
  const { shape } = period;
  if (shape.kind === "all") return undefined;
  if (shape.kind === "fiscal") return fiscalYearBefore(calendar, shape.unit, period.from);
  // 52 weeks back keeps Monday on Monday; the same date would not.
  if (shape.kind === "calendar" && shape.unit === "week")
    return calendarSpan("week", addDays(period.from, -364));
  if (shape.kind === "calendar") return calendarSpan(shape.unit, yearBefore(period.from));
  return namedRange(yearBefore(period.from), yearBefore(period.to));
}

function likeForLike(span: Span, period: Period): Comparison {
  if (!period.isPartial) return { ...span, through: span.to, whole: span.label };
  const through = earlier(span.to, addDays(span.from, period.elapsedDays - 1));
  const days = Math.max(0, daysBetween(span.from, through));
  const which = days < period.elapsedDays ? "all" : "same";
  const label = `${span.label}, ${which} ${days} ${days === 1 ? "day" : "days"}`;
  return { ...span, through, whole: span.label, label };
}
