import type pg from "pg";
import { z } from "zod";
import { badParameter } from "../errors.ts";
import { type AskedDays, resolveDays, single } from "./asked-days.ts";
import type { Audience } from "./audience.ts";
import { type ChoiceName, choices, chooseOptions, type Option, readOptions } from "./choices.ts";
import {
  type CustomField,
  type CustomFieldState,
  parameterOf,
  parseCustomFields,
  readCustomFields,
  wantedFields,
} from "./custom-field.ts";
import type { Day } from "./day.ts";
import type { Report } from "./define.ts";
import { bindOwn, type OwnState, parseOwn } from "./own-state.ts";
import type { ParameterName } from "./parameter-names.ts";
import type { Binding } from "./query.ts";
import { refuseUnsearchable } from "./search-words.ts";
import { parseViews, sortsIn, type TableViews, viewNames } from "./table-view.ts";

/** One choice parameter: what is chosen, and what could be (only where a page was asked for). */
export interface ChoiceState {
  name: ChoiceName;
  chosen: Option[];
  options: Option[];
}

/** Everything that a URL says about a report, checked. */
export interface ReportState extends AskedDays {
  choices: ChoiceState[];
  own: OwnState[];
  customFields: CustomFieldState[];
  currency: string;
  /** The filters that differ from the defaults, in a fixed order: equal states have equal queries. */
  canonical: URLSearchParams;
  views: TableViews;
  /** How the tables are sorted and turned, as in the URL. */
  shown: URLSearchParams;
}

export interface StateContext extends Audience {
  client: pg.PoolClient;
  today: Day;
  currency: string;
  /** Read every option, for the filters of a page. */
  withOptions: boolean;
  /** Who asks: a person's id, or somebody who is none. */
  viewer?: string;
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
  days?: AskedDays,
): Promise<ReportState> {
  const { client } = context;
  const fields = report.customFields ? await readCustomFields(client, report.customFields) : [];
  refuseUnknown(report, query, fields);
  const known = days ?? (await resolveDays(report, query, context));
  const customFields = parseCustomFields(fields, query);
  const chosen = await readChoices(report, query, context);
  const signals = chosen.find((choice) => choice.name === "signal")?.options ?? [];
  const own = parseOwn(report.own, query, signals);
  await refuseUnsearchable(client, own);
  const currency =
    chosen.find((choice) => choice.name === "currency")?.chosen[0]?.value ?? context.currency;

  const canonical = new URLSearchParams(known.canonical);
  for (const choice of chosen)
    for (const option of choice.chosen)
      if (choice.name !== "currency" || option.value !== context.currency)
        canonical.append(choice.name, option.value);
  for (const { parameter, values, isUsual } of own)
    if (!isUsual) for (const value of values) canonical.append(parameter.name, value);
  for (const { field, values } of customFields)
    for (const value of values) canonical.append(parameterOf(field), value);

  return {
    ...known,
    choices: chosen,
    own,
    customFields,
    currency,
    canonical,
    views: parseViews(report, query),
    shown: new URLSearchParams([...query].filter(([name]) => viewNames(report).includes(name))),
    bindings: {
      ...known.bindings,
      ...Object.fromEntries(chosen.map((choice) => [choice.name, choiceBinding(choice, report)])),
      ...bindOwn(own),
      ...Object.fromEntries(
        Object.entries(report.absent).map(([name, type]) => [name, { type, value: null }]),
      ),
      cf: { type: "jsonb", value: wantedFields(customFields) },
      sees_all: { type: "boolean", value: context.seesAll },
      takes_sums: { type: "boolean", value: true },
    },
  };
}

/** The shortest query string that says the same; on which pages its tables are is left out. */
export const shortQuery = ({ canonical, shown }: ReportState): string =>
  String(new URLSearchParams([...canonical, ...sortsIn(shown)]));

/** The filters that a report takes, as in the URL. */
export const filterNames = (report: Report, fields: readonly CustomField[]): string[] => [
  ...report.parameters,
  ...report.own.map(({ name }) => name),
  ...fields.map(parameterOf),
];

function refuseUnknown(
  report: Report,
  query: URLSearchParams,
  fields: readonly CustomField[],
): void {
  const filters = filterNames(report, fields);
  const views = viewNames(report);
  for (const name of query.keys())
    if (!filters.includes(name) && !views.includes(name))
      throw badParameter(name, `"${name}" is not a parameter of ${report.slug}`, filters);
}

/** The parameters of a report that are chosen out of a list. */
export const choicesOf = (report: Report): ChoiceName[] =>
  report.parameters.filter((name) => name !== "period" && name !== "compare");

const chosenValues = (query: URLSearchParams, name: ChoiceName, currency: string): string[] =>
  name === "currency"
    ? [single(query, name) ?? currency]
    : query.getAll(name).filter((value) => value !== "");

/** The parameters whose options are asked for. An export need not know what else could have been chosen. */
export function choicesToRead(
  report: Report,
  query: URLSearchParams,
  { currency, withOptions }: Pick<StateContext, "currency" | "withOptions">,
): ChoiceName[] {
  const isUsual = (name: ChoiceName) => {
    if (report.isAboutOne && name === "owner") return false;
    const values = chosenValues(query, name, currency);
    return name === "currency" ? values[0] === currency : values.length === 0;
  };
  const names = choicesOf(report);
  // A score is asked of one of the signals.
  const asksScore = report.own.some(({ kind, name }) => kind === "score" && query.get(name));
  const isAsked = (name: ChoiceName) => !isUsual(name) || (name === "signal" && asksScore);
  return withOptions ? names : names.filter(isAsked);
}

async function readChoices(
  report: Report,
  query: URLSearchParams,
  context: StateContext,
): Promise<ChoiceState[]> {
  const { client, currency } = context;
  const names = choicesOf(report);
  const valuesOf = (name: ChoiceName) => chosenValues(query, name, currency);
  const { records } = report;
  const { planned } = context;
  const read = await readOptions(client, choicesToRead(report, query, context), {
    records,
    planned,
  });
  const asksNobody = report.isAboutOne && valuesOf("owner").length === 0;
  const hasDeals = asksNobody && (await hasOwnDeals(context));
  return names.map((name) => {
    const options = read.get(name) ?? [];
    if (name === "currency" && !options.some((option) => option.value === currency))
      options.push({ value: currency, label: currency });
    const chosen = chooseOptions(name, valuesOf(name), options);
    if (report.isAboutOne && name === "owner") {
      if (chosen.length > 1) throw badParameter(name, `${name}: takes one person`);
      if (chosen.length === 0 && hasDeals)
        chosen.push(...options.filter((option) => option.value === context.viewer));
    }
    return { name, chosen, options };
  });
}

/** Whether whoever asks is a person with deals, whom a report about one person opens with. */
async function hasOwnDeals({ client, viewer, planned }: StateContext): Promise<boolean> {
  if (!viewer || !z.guid().safeParse(viewer).success) return false;
  const { rows } = await client.query<{ has_deals: boolean }>(
    planned(
      "SELECT EXISTS (SELECT FROM reporting.sales_dashboard WHERE owner_user_id = $1) AS has_deals",
    ),
    [viewer],
  );
  return rows[0]?.has_deals === true;
}

function choiceBinding({ name, chosen }: ChoiceState, { isAboutOne }: Report): Binding {
  const type = choices[name].sqlType;
  const values = chosen.map((option) => option.value);
  // About nobody is not about everybody.
  if (isAboutOne && name === "owner") return { type, value: values };
  if (!type.endsWith("[]")) return { type, value: values[0] ?? null };
  return { type, value: values.length > 0 ? values : null };
}
