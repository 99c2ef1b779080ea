import { badParameter } from "../errors.ts";
import { type Day, daysBetween, earlier, isDay } from "./day.ts";
import { type FiscalKind, type FiscalPeriod, fiscalBefore, fiscalSpan, toSpan } from "./fiscal.ts";
import {
  type CalendarUnit,
  calendarSpan,
  namedRange,
  rangeBefore,
  rollingSpan,
  type Span,
} from "./span.ts";

/** How a period was chosen, which decides what it compares with. */
export type PeriodShape =
  | { kind: "calendar"; unit: CalendarUnit }
  | { kind: "fiscal"; unit: FiscalKind }
  | { kind: "rolling"; unit: "days" | "months"; count: number }
  | { kind: "range" }
  | { kind: "all" };

export interface Period extends Span {
  /** As in the URL. */
  value: string;
  shape: PeriodShape;
  /** The last day that has come: `to`, or today in a period that still runs. */
  through: Day;
  /** Days from `from` to `through`; 0 for a period in the future. */
  elapsedDays: number;
  /** Days of the whole period; undefined for all time. */
  days: number | undefined;
  isPartial: boolean;
}

const presets: Record<string, { shape: PeriodShape; last?: true; name: string }> = {
  this_week: { shape: { kind: "calendar", unit: "week" }, name: "This week" },
  last_week: { shape: { kind: "calendar", unit: "week" }, last: true, name: "Last week" },
  this_month: { shape: { kind: "calendar", unit: "month" }, name: "This month" },
  last_month: { shape: { kind: "calendar", unit: "month" }, last: true, name: "Last month" },
  this_quarter: { shape: { kind: "calendar", unit: "quarter" }, name: "This quarter" },
  last_quarter: { shape: { kind: "calendar", unit: "quarter" }, last: true, name: "Last quarter" },
  this_year: { shape: { kind: "calendar", unit: "year" }, name: "This year" },
  last_year: { shape: { kind: "calendar", unit: "year" }, last: true, name: "Last year" },
  last_30_days: { shape: { kind: "rolling", unit: "days", count: 30 }, name: "Last 30 days" },
  last_90_days: { shape: { kind: "rolling", unit: "days", count: 90 }, name: "Last 90 days" },
  last_12_months: {
    shape: { kind: "rolling", unit: "months", count: 12 },
    name: "Last 12 months",
  },
  all: { shape: { kind: "all" }, name: "All time" },
  fiscal_quarter: { shape: { kind: "fiscal", unit: "quarter" }, name: "This fiscal quarter" },
  last_fiscal_quarter: {
    shape: { kind: "fiscal", unit: "quarter" },
    last: true,
    name: "Last fiscal quarter",
  },
  fiscal_year: { shape: { kind: "fiscal", unit: "year" }, name: "This fiscal year" },
  last_fiscal_year: {
    shape: { kind: "fiscal", unit: "year" },
    last: true,
    name: "Last fiscal year",
  },
};

/** The presets in the order in which a person is offered them. */
export const periodPresets = Object.entries(presets).map(([value, { name }]) => ({
  value,
  label: name,
}));

const allowed = [...Object.keys(presets), "2026-01-01..2026-03-31"];

/** Dates that hold every day that PostgreSQL and a calendar agree on. */
export const allTime: Span = { from: "0001-01-01", to: "9999-12-31", label: "All time" };

/**
 * The days that a value of `period` stands for.
 * @param today the present day in the business time zone
 * @throws TidemarkError `bad_parameter` when the value is none, or the fiscal calendar has no such period
 */
export function parsePeriod(value: string, today: Day, calendar: readonly FiscalPeriod[]): Period {
  const preset = Object.hasOwn(presets, value) ? presets[value] : undefined;
  const fiscal = calendar.find(({ name }) => name === value);
  if (!preset && fiscal)
    return describe(value, { kind: "fiscal", unit: fiscal.kind }, toSpan(fiscal), today);
  if (!preset) {
    const range = parseRange(value, calendar);
    // Equal days have one value, however they were asked for.
    const name = range.from === range.to ? range.from : value;
    return describe(name, { kind: "range" }, range, today);
  }
  const span = presetSpan(preset.shape, preset.last === true, today, calendar);
  if (span) return describe(value, preset.shape, span, today);
  throw badParameter(
    "period",
    `period: the fiscal calendar has no ${value.replaceAll("_", " ")} around ${today}`,
    allowedIn(calendar),
  );
}

/** Every preset, a range as an example, and a fiscal period as one. */
const allowedIn = (calendar: readonly FiscalPeriod[]): string[] => [
  ...allowed,
  ...calendar.slice(-1).map(({ name }) => name),
];

function presetSpan(
  shape: PeriodShape,
  last: boolean,
  today: Day,
  calendar: readonly FiscalPeriod[],
): Span | undefined {
  if (shape.kind === "calendar") {
    const span = calendarSpan(shape.unit, today);
    return last ? calendarSpan(shape.unit, rangeBefore(span).to) : span;
  }
  if (shape.kind === "fiscal") {
    const span = fiscalSpan(calendar, shape.unit, today);
    return last && span ? fiscalBefore(calendar, shape.unit, span.from) : span;
  }
  if (shape.kind === "rolling") return rollingSpan(shape.unit, shape.count, today);
  return allTime;
}

function parseRange(value: string, calendar: readonly FiscalPeriod[]): Span {
  const [from = "", to = from, more] = value.split("..");
  if (more !== undefined || !isDay(from) || !isDay(to))
    throw badParameter("period", `period: "${value}" is not a period`, allowedIn(calendar));
  if (to < from)
    throw badParameter("period", `period: ${to} lies before ${from}`, allowedIn(calendar));
  return namedRange(from, to);
}

function describe(value: string, shape: PeriodShape, span: Span, today: Day): Period {
  const isAll = shape.kind === "all";
  const through = isAll ? span.to : earlier(span.to, today);
  const isPartial = through < span.to;
  return {
    ...span,
    value,
    shape,
    through,
    isPartial,
    label: isPartial && span.from <= today ? `${span.label} to date` : span.label,
    elapsedDays: Math.max(0, daysBetween(span.from, through)),
    days: isAll ? undefined : daysBetween(span.from, span.to),
  };
}
