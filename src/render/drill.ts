import type { Row } from "../reports/batches.ts";
import type { Catalogue, LoadedReport } from "../reports/load.ts";
import type { Drill, RecordLink } from "../reports/section.ts";
import type { ReportState } from "../reports/state.ts";

export interface DrillContext {
  report: LoadedReport;
  state: ReportState;
  catalogue: Catalogue;
}

/**
 * Where a number leads: the report that lists the rows which make it, with this page's filters. Undefined where the
 * reader may not open that report, or it does not take a filter that is in force here: its rows would not make the number.
 */
export function drillTo(
  drill: Drill,
  row: Row,
  { report, state, catalogue }: DrillContext,
): string | undefined {
  const target = catalogue.get(drill.report);
  if (!target) return undefined;
  const query = daysOf(drill, target, state);
  const fixed = { ...drill.set };
  for (const [name, key] of Object.entries(drill.by)) {
    const value = row[key];
    if (value === null || value === undefined) return undefined;
    fixed[name] = String(value);
  }
  const names = new Set<string>([...target.parameters, ...target.own.map(({ name }) => name)]);
  const sharesFields = target.customFields === report.customFields;
  for (const [name, value] of state.canonical) {
    if (name === "period" || name === "compare" || name in fixed) continue;
    if (!names.has(name) && !(sharesFields && name.startsWith("cf."))) return undefined;
    query.append(name, value);
  }
  for (const [name, value] of Object.entries(fixed)) query.set(name, value);
  return `/reports/${target.slug}${query.size > 0 ? `?${query}` : ""}`;
}

/** Where the record lies that a value names; undefined where it names none, or the reader may not open its report. */
export function recordAt(
  { report, set, by }: RecordLink,
  row: Row,
  { catalogue }: Pick<DrillContext, "catalogue">,
): string | undefined {
  const query = new URLSearchParams(set);
  for (const [name, key] of Object.entries(by)) {
    const value = row[key];
    if (value === null || value === undefined) return undefined;
    query.set(name, String(value));
  }
  return catalogue.has(report) ? `/reports/${report}?${query}` : undefined;
}

/** The period as it stands here, because the target may open with another; the one compared with as its days. */
function daysOf(
  { compared }: Drill,
  target: LoadedReport,
  { period, comparison }: ReportState,
): URLSearchParams {
  const query = new URLSearchParams();
  if (!period || !target.parameters.includes("period")) return query;
  query.set(
    "period",
    compared && comparison ? `${comparison.from}..${comparison.through}` : period.value,
  );
  return query;
}
