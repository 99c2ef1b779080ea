import type { Request, Response } from "express";
import type { Logger } from "pino";
import type { ShareLink } from "../access/share-link.ts";
import { aboutLink } from "../access/share-opening.ts";
import { badParameter } from "../errors.ts";
import { copiedCsv } from "../render/copied-csv.ts";
import { copiedJson, copiedNdjson } from "../render/copied-json.ts";
import { type Format, isJson, mediaTypes } from "../render/formats.ts";
import { counted } from "../render/lines.ts";
import { checkRows, toXlsx, type XlsxOptions } from "../render/xlsx.ts";
import { type Export, exportSection, findSection } from "../reports/export.ts";
import type { LoadedReport } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import { knownTo, sendUnchanged, setVersion } from "./conditional.ts";
import { download } from "./download.ts";
import type { ExportSlots } from "./export-slots.ts";

interface Options {
  source: ReportSource;
  report: LoadedReport;
  query: URLSearchParams;
  format: Format;
  request: Request;
  response: Response;
  signal: AbortSignal;
  slots: ExportSlots;
  log: Logger;
  /** The link that it goes through. */
  link?: ShareLink;
}

/** Streams a section in its format, as fast as the client takes it. A failure breaks the connection. */
export async function sendExport(options: Options): Promise<void> {
  const { source, report, query, format, request, response, slots, log, link } = options;
  const key = take(query, "section");
  const numbers = take(query, "numbers");
  if (numbers !== undefined && (!isJson(format) || numbers !== "string"))
    throw badParameter("numbers", `numbers: only for JSON, and only "string"`, ["string"]);
  const asked = { report, query, key, form: [format, numbers], known: knownTo(request) };
  const subject = `${report.slug}/${findSection(report, key).key}`;
  const trail = { pool: source.pool, log };
  // The address of a link does not say what was asked for.
  const about = link && { query: link.query, section: key, ...aboutLink(link) };
  await download(
    { request, response, signal: options.signal, trail, subject, format, about },
    async ({ progress, signal, send }) => {
      const write = async (data: Export) => {
        if (format === "xlsx") checkRows(data.rowCount);
        const begin = () => setHeaders(response, report, format, data);
        if (request.method === "HEAD") {
          begin();
          response.end();
          return;
        }
        const { columns } = data.section;
        const numbersAsText = numbers === "string";
        const write = {
          csv: () => copiedCsv(data, progress),
          json: () => copiedJson(data, progress, { numbersAsText }),
          ndjson: () => copiedNdjson(data, progress, { numbersAsText }),
          xlsx: () => toXlsx(columns, counted(data.batches, progress), workbookOf(options, data)),
        };
        await send(write[format](), begin);
        if (progress.rows !== data.rowCount)
          throw new Error(`an export of ${data.rowCount} rows has ${progress.rows}`);
      };
      const unchanged = await slots.run(() => exportSection(source, asked, write, signal), signal);
      if (unchanged) sendUnchanged(response, unchanged);
    },
  );
}

/** What a workbook says of itself. */
function workbookOf(
  { report, source }: Pick<Options, "report" | "source">,
  { section, state, freshness, rowCount }: Export,
): XlsxOptions {
  const { timeZone } = source;
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

/** Takes a parameter of the format out of the query, so that the report does not refuse it. */
function take(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  query.delete(name);
  if (values.length > 1) throw badParameter(name, `${name}: takes one value`);
  return values[0] || undefined;
}

function setHeaders(
  response: Response,
  report: LoadedReport,
  format: Format,
  { state, section, tag, freshness, rowCount }: Export,
): void {
  const isMain = section.kind === "table" && section.main;
  const parts = [report.slug, isMain ? "" : section.key, state.period?.label ?? ""];
  const day = freshness.asOf.slice(0, 10);
  // Sets Content-Disposition by RFC 6266, and the type by the extension.
  response.attachment(`${parts.filter(Boolean).join(" ")} ${day}.${format}`);
  if (format === "ndjson") response.type(`${mediaTypes.ndjson}; charset=utf-8`);
  if (format === "csv") response.type("text/csv; charset=utf-8; header=present");
  setVersion(response, { tag, freshness });
  response.set("X-Row-Count", String(rowCount));
}
