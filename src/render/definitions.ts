import type { Report } from "../reports/define.ts";

/**
 * What each figure of a report means, section by section.
 * @param prefix sets the anchors of several reports on one page apart
 */
export function definitionsOf(report: Report, prefix = "") {
  return report.sections.map((section) => ({
    key: section.key,
    title: section.title,
    columns: section.columns.map((column) => ({
      anchor: `${prefix}${section.key}-${column.key}`,
      key: column.key,
      label: column.label,
      unit: column.unit,
      definition: column.definition,
    })),
  }));
}
