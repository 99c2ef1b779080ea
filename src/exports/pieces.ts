import type { Progress } from "../db/copied-rows.ts";
import { copiedCsv } from "../render/copied-csv.ts";
import { copiedJson, copiedNdjson } from "../render/copied-json.ts";
import { counted } from "../render/counted.ts";
import { toXlsx, type XlsxOptions } from "../render/xlsx.ts";
import type { Export, OpenedExport } from "../reports/export.ts";
import type { LoadedReport } from "../reports/load.ts";
import type { ExportForm } from "./form.ts";

interface Options {
  report: LoadedReport;
  form: ExportForm;
  timeZone: string;
  progress: Progress;
  /** Settles when the rows are counted, and the format can hold as many. */
  noting: Promise<Export>;
}

/** The bytes of an export, the first when there are rows or are known to be none. */
export function piecesOf(
  data: OpenedExport,
  { report, form, timeZone, progress, noting }: Options,
): AsyncGenerator<Buffer> {
  const { dialect, numbersAsText } = form;
  switch (form.format) {
    case "csv":
      return copiedCsv(data, progress, { excel: dialect && { ...dialect, timeZone } });
    case "json":
      return copiedJson(data, progress, { numbersAsText });
    case "ndjson":
      return copiedNdjson(data, progress, { numbersAsText });
    case "xlsx":
      return workbookOf(report, timeZone, progress, noting);
  }
}

/** A workbook says how many rows it has, and is not begun for more than it can hold. */
async function* workbookOf(
  report: LoadedReport,
  timeZone: string,
  progress: Progress,
  noting: Promise<Export>,
): AsyncGenerator<Buffer> {
  const data = await noting;
  const rows = counted(data.batches, progress);
  yield* toXlsx(data.section.columns, rows, aboutOf(report, timeZone, data));
}

/** What a workbook says of itself. */
function aboutOf(
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
