import type pg from "pg";
import { badParameter } from "../errors.ts";
import { type Comparison, parseComparison } from "./compare.ts";
import type { Day } from "./day.ts";
import type { Report } from "./define.ts";
import { type FiscalPeriod, fiscalSpan, recentPeriods } from "./fiscal.ts";
import type { ParameterName } from "./parameter-names.ts";
import { type Period, parsePeriod } from "./period.ts";
import type { Binding, Bindings } from "./query.ts";

/** What a URL says about time, and the days that it comes to today. */
export interface AskedDays {
  /** The fiscal periods that a person may want, the newest first. */
  fiscalPeriods: FiscalPeriod[];
  period: Period | undefined;
  compare: string;
  comparison: Comparison | undefined;
  bindings: Bindings;
  /** The parameters of time that differ from the defaults. */
  canonical: URLSearchParams;
}

/**
 * Reads the parameters of time.
 * @throws TidemarkError `bad_parameter` for one that is repeated without sense, or no period
 */
export async function resolveDays(
  report: Report,
  query: URLSearchParams,
  context: { client: pg.PoolClient; today: Day },
): Promise<AskedDays> {
  const takes = (name: ParameterName) => report.parameters.includes(name);
  const canonical = new URLSearchParams();
  const calendar = takes("period") ? await readCalendar(context.client) : [];

  const fallback = defaultPeriod(report, context.today, calendar);
  const asked = single(query, "period") ?? fallback;
  const period = takes("period") ? parsePeriod(asked, context.today, calendar) : undefined;
  if (period && period.value !== fallback) canonical.set("period", period.value);

  const usual = report.defaults.compare ?? "previous";
  const compare = single(query, "compare") ?? usual;
  const comparison =
    period && takes("compare") ? parseComparison(compare, period, calendar) : undefined;
  if (takes("compare") && compare !== usual) canonical.set("compare", compare);
  const bindings = dayBindings(context.today, period, comparison);
  const fiscalPeriods = recentPeriods(calendar, context.today);
  return { fiscalPeriods, period, compare, comparison, bindings, canonical };
}

/** The one value of a parameter; an empty one counts as left out. */
export function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name).filter((value) => value !== "");
  if (values.length > 1) throw badParameter(name, `${name}: takes one value`);
  return values[0];
}

async function readCalendar(client: pg.PoolClient): Promise<FiscalPeriod[]> {
  const { rows } = await client.query<FiscalPeriod>(
    "SELECT kind, name, fiscal_year, starts_on, ends_on FROM reporting.fiscal_periods",
  );
  return rows;
}

/** A report that opens with a fiscal period opens with the calendar's where no fiscal one is defined. */
function defaultPeriod(report: Report, today: Day, calendar: readonly FiscalPeriod[]): string {
  const value = report.defaults.period ?? "this_quarter";
  const unit =
    value === "fiscal_quarter" ? "quarter" : value === "fiscal_year" ? "year" : undefined;
  return unit && !fiscalSpan(calendar, unit, today) ? `this_${unit}` : value;
}

function dayBindings(today: Day, period?: Period, comparison?: Comparison): Bindings {
  const date = (value: Day | undefined): Binding => ({ type: "date", value: value ?? null });
  return {
    today: date(today),
    period_from: date(period?.from),
    period_to: date(period?.to),
    period_through: date(period?.through),
    period_days: { type: "int", value: period?.days ?? null },
    elapsed_days: { type: "int", value: period?.days === undefined ? null : period.elapsedDays },
    compare_from: date(comparison?.from),
    compare_to: date(comparison?.to),
    compare_through: date(comparison?.through),
  };
}
