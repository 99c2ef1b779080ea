import type pg from "pg";
import { badParameter } from "../errors.ts";
import { type ChoiceName, choices, chooseOptions, type Option, readOptions } from "./choices.ts";
import { type Comparison, parseComparison } from "./compare.ts";
import type { Day } from "./day.ts";
import type { Report } from "./define.ts";
import { type FiscalPeriod, fiscalSpan } from "./fiscal.ts";
import type { ParameterName } from "./parameter-names.ts";
import { type Period, parsePeriod } from "./period.ts";
import type { Binding, Bindings } from "./query.ts";

/** One choice parameter: what is chosen, and what could be (only where a page was asked for). */
export interface ChoiceState {
  name: ChoiceName;
  chosen: Option[];
  options: Option[];
}

/** Everything that a URL says about a report, checked. */
export interface ReportState {
  period: Period | undefined;
  compare: string;
  comparison: Comparison | undefined;
  choices: ChoiceState[];
  currency: string;
  bindings: Bindings;
  /** The parameters that differ from the defaults, in a fixed order: equal states have equal queries. */
  canonical: URLSearchParams;
}

export interface StateContext {
  client: pg.PoolClient;
  today: Day;
  currency: string;
  /** Read every option, for the filters of a page. */
  withOptions: boolean;
}

/** What each parameter gives a query to use. */
export const bindingsOf: Record<ParameterName, readonly string[]> = {
  period: ["period_from", "period_to", "period_through", "period_days", "elapsed_days", "today"],
  compare: ["compare_from", "compare_to", "compare_through"],
  team: ["team"],
  owner: ["owner"],
  industry: ["industry"],
  source: ["source"],
  product: ["product"],
  stage: ["stage"],
  signal: ["signal"],
  currency: ["currency"],
};

/**
 * Reads the parameters of a report from its query string; an empty value counts as left out.
 * @throws TidemarkError `bad_parameter` for one that is unknown, repeated without sense, or ill-typed
 */
export async function resolveState(
  report: Report,
  query: URLSearchParams,
  context: StateContext,
): Promise<ReportState> {
  refuseUnknown(report, query);
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

  const chosen = await readChoices(report, query, context);
  for (const choice of chosen)
    for (const option of choice.chosen)
      if (choice.name !== "currency" || option.value !== context.currency)
        canonical.append(choice.name, option.value);
  const currency =
    chosen.find((choice) => choice.name === "currency")?.chosen[0]?.value ?? context.currency;
  return {
    period,
    compare,
    comparison,
    choices: chosen,
    currency,
    canonical,
    bindings: {
      ...dayBindings(context.today, period, comparison),
      ...Object.fromEntries(chosen.map((choice) => [choice.name, choiceBinding(choice)])),
    },
  };
}

function refuseUnknown(report: Report, query: URLSearchParams): void {
  for (const name of query.keys())
    if (!(report.parameters as string[]).includes(name))
      throw badParameter(name, `"${name}" is not a parameter of ${report.slug}`, report.parameters);
}

function single(query: URLSearchParams, name: string): string | undefined {
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

async function readChoices(
  report: Report,
  query: URLSearchParams,
  { client, currency, withOptions }: StateContext,
): Promise<ChoiceState[]> {
  const names = report.parameters.filter((name) => name !== "period" && name !== "compare");
  const valuesOf = (name: ChoiceName) =>
    name === "currency"
      ? [single(query, name) ?? currency]
      : query.getAll(name).filter((value) => value !== "");
  // An export need not know what else could have been chosen.
  const isUsual = (name: ChoiceName) =>
    name === "currency" ? valuesOf(name)[0] === currency : valuesOf(name).length === 0;
  const read = await readOptions(
    client,
    withOptions ? names : names.filter((one) => !isUsual(one)),
  );
  return names.map((name) => {
    const options = read.get(name) ?? [];
    if (name === "currency" && !options.some((option) => option.value === currency))
      options.push({ value: currency, label: currency });
    return { name, chosen: chooseOptions(name, valuesOf(name), options), options };
  });
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

function choiceBinding({ name, chosen }: ChoiceState): Binding {
  const type = choices[name].sqlType;
  const values = chosen.map((option) => option.value);
  if (!type.endsWith("[]")) return { type, value: values[0] ?? null };
  return { type, value: values.length > 0 ? values : null };
}
