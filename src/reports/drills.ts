import { badReport } from "./bad-report.ts";
import type { Catalogue, LoadedReport } from "./load.ts";
import type { Drill, RecordLink } from "./section.ts";

/** The section of tiles that says what the rows of a list come to: where drills find their number again. */
export const SUMMARY = "summary";

/** Makes sure, when the service starts, that every number leads to a report that has it. */
export function checkDrills(report: LoadedReport, catalogue: Catalogue): void {
  for (const { key, from } of report.sections)
    if (from !== undefined && !catalogue.has(from))
      throw badReport(report.slug, `${key} is from no report: ${from}`);
  for (const section of report.sections)
    for (const [key, drill] of Object.entries(section.drills)) {
      const problem = problemOf(drill, catalogue);
      if (problem) throw badReport(report.slug, `${section.key}, ${key} drills to ${problem}`);
    }
  for (const section of report.sections)
    for (const { key, opens } of (section.kind === "table" && section.cells) || []) {
      const problem = opens && strangerOf(opens, catalogue);
      if (problem) throw badReport(report.slug, `${section.key}, ${key} opens ${problem}`);
    }
}

function problemOf(drill: Drill, catalogue: Catalogue): string | undefined {
  const { report, figure } = drill;
  const summary = catalogue.get(report)?.sections.find(({ key }) => key === SUMMARY);
  if (summary && !summary.columns.some(({ key }) => key === figure))
    return `no figure: ${report} ${figure}`;
  return strangerOf(drill, catalogue);
}

function strangerOf({ report, set, by }: RecordLink, catalogue: Catalogue): string | undefined {
  const target = catalogue.get(report);
  if (!target) return `no report: ${report}`;
  const names = new Set<string>([...target.parameters, ...target.own.map(({ name }) => name)]);
  const stranger = [...Object.keys(set), ...Object.keys(by)].find((name) => !names.has(name));
  return stranger && `an unknown parameter: ${report} ${stranger}`;
}
