import type { Day } from "./day.ts";
import type { Span } from "./span.ts";

export type FiscalKind = "month" | "quarter" | "year";

/** One row of the fiscal calendar; both ends are part of the period. */
export interface FiscalPeriod {
  kind: FiscalKind;
  name: string;
  fiscal_year: number;
  starts_on: Day;
  ends_on: Day;
}

export const toSpan = (row: FiscalPeriod): Span => ({
  from: row.starts_on,
  to: row.ends_on,
  label: row.name,
});

const spanOf = (row: FiscalPeriod | undefined): Span | undefined => row && toSpan(row);

const ofKind = (calendar: readonly FiscalPeriod[], kind: FiscalKind) =>
  calendar.filter((row) => row.kind === kind).sort((a, b) => (a.starts_on < b.starts_on ? -1 : 1));

/** The fiscal period that holds a day, or undefined where the calendar has none. */
export const fiscalSpan = (calendar: readonly FiscalPeriod[], kind: FiscalKind, day: Day) =>
  spanOf(ofKind(calendar, kind).find((row) => row.starts_on <= day && day <= row.ends_on));

/** The fiscal period before the one that begins on `from`. */
export const fiscalBefore = (calendar: readonly FiscalPeriod[], kind: FiscalKind, from: Day) =>
  spanOf(ofKind(calendar, kind).findLast((row) => row.ends_on < from));

/** The period at the same place in the fiscal year before: so a 53-week year still compares Q2 with Q2. */
export function fiscalYearBefore(
  calendar: readonly FiscalPeriod[],
  kind: FiscalKind,
  from: Day,
): Span | undefined {
  const rows = ofKind(calendar, kind);
  const row = rows.find((one) => one.starts_on === from);
  const inYear = (year: number) => rows.filter((one) => one.fiscal_year === year);
  return row && spanOf(inYear(row.fiscal_year - 1)[inYear(row.fiscal_year).indexOf(row)]);
}

/** The quarters and years around a day that a person is offered: this year and the two before, the newest first. */
export function recentPeriods(calendar: readonly FiscalPeriod[], today: Day): FiscalPeriod[] {
  const year = ofKind(calendar, "year").find(
    (row) => row.starts_on <= today && today <= row.ends_on,
  )?.fiscal_year;
  if (year === undefined) return [];
  return (["year", "quarter"] as const)
    .flatMap((kind) => ofKind(calendar, kind))
    .filter((row) => row.fiscal_year <= year && row.fiscal_year > year - 3)
    .sort((a, b) => (a.starts_on < b.starts_on ? 1 : a.starts_on > b.starts_on ? -1 : 0));
}
