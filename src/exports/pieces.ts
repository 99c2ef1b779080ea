import { copiedCsv } from "../render/copied-csv.ts";
import { copiedJson, copiedNdjson } from "../render/copied-json.ts";
import { counted, type Progress } from "../render/lines.ts";
import { toXlsx, type XlsxOptions } from "../render/xlsx.ts";
import type { Export } from "../reports/export.ts";
import type { LoadedReport } from "../reports/load.ts";
import type { ExportForm } from "./form.ts";

interface Options {
  report: LoadedReport;
  form: ExportForm;
  timeZone: string;
  progress: Progress;
}

/** The bytes of an export, the first when there are rows or are known to be none. */
export function piecesOf(
  data: Export,
  { report, form, timeZone, progress }: Options,
): AsyncGenerator<Buffer> {
  const { dialect, numbersAsText } = form;
  switch (form.format) {
    case "csv":
      return copiedCsv(data, progress, { excel: dialect && { ...dialect, timeZone } });
    case "json":
      return copiedJson(data, progress, { numbersAsText });
    case "ndjson":
      return copiedNdjson(data, progress, { numbersAsText });
    case "xlsx": {
      const workbook = workbookOf(report, timeZone, data);
      return toXlsx(data.section.columns, counted(data.batches, progress), workbook);
    }
  }
}

/** What a workbook says of itself. */
function workbookOf(
  report: LoadedReport,
  timeZone: string,
  { section, state, freshness, rowCount }: Export,
): XlsxOptions {
  const about: [string, string | undefined][] = [
    ["Report", report.title],
    ["Table", section.title],
    ["Question", report.question],
    ["Period", state.period?.label],
    ["Compared with", state.comparison?.label],
    [
      "Filters",
      [...state.canonical].map(([name, value]) => `${name}=${value}`).join(", ") || "none",
    ],
    ["Rows", String(rowCount)],
    ["Data as of", freshness.asOf],
    ["Time zone", timeZone],
  ];
  const said = about.flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []));
  return { title: section.title, timeZone, about: said };
}
