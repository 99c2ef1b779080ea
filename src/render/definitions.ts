import type { Report } from "../reports/define.ts";

/** What each figure of a report means, section by section. */
export function definitionsOf(report: Report) {
  return report.sections.map((section) => ({
    key: section.key,
    title: section.title,
    columns: section.columns.map((column) => ({
      anchor: `${section.key}-${column.key}`,
      key: column.key,
      label: column.label,
      unit: column.unit,
      definition: column.definition,
    })),
  }));
}
