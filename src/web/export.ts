import { once } from "node:events";
import type { Request, Response } from "express";
import type { Logger } from "pino";
import type { Maker } from "../access/export-ledger.ts";
import type { ShareLink } from "../access/share-link.ts";
import { aboutLink } from "../access/share-opening.ts";
import type { Moment } from "../db/standstill.ts";
import type { Exporter } from "../exports/exporter.ts";
import { ReaderGone } from "../exports/failure.ts";
import { type ExportForm, tagOfForm, takeForm } from "../exports/form.ts";
import { MOST_QUERY, runExport } from "../exports/run.ts";
import { type Format, mediaTypes } from "../render/formats.ts";
import { checkRows } from "../render/xlsx.ts";
import {
  type Export,
  type ExportRequest,
  exportSection,
  findUnchanged,
} from "../reports/export.ts";
import type { Unchanged } from "../reports/known.ts";
import type { LoadedReport } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import { type Authentication, actorOf, momentOf } from "./authentication.ts";
import { knownTo, sendUnchanged, setVersion } from "./conditional.ts";
import { encoded } from "./encoded.ts";

interface Options {
  exporter: Exporter;
  source: ReportSource;
  report: LoadedReport;
  query: URLSearchParams;
  format: Format;
  request: Request;
  response: Response;
  log: Logger;
  /** The link that it goes through. */
  link?: ShareLink;
}

/** Streams a section in its format, as fast as the client takes it. A failure breaks the connection. */
export async function sendExport(options: Options): Promise<void> {
  const { exporter, source, report, query, format, request, response, log, link } = options;
  const form = takeForm(query, format);
  let isBrokenOff = false;
  const signal = goneSignal(response, () => isBrokenOff);
  const asked = { report, query, key: form.section, form: tagOfForm(form) };
  try {
    // Neither takes a place from those that send rows.
    const tags = request.get("If-None-Match");
    if (tags !== undefined) {
      const find = () => findUnchanged(source, asked, knownTo(request));
      const moment = momentOf(response);
      const unchanged = await (moment
        ? recallUnchanged(moment, source, asked, tags, find)
        : find());
      if (unchanged) return sendUnchanged(response, unchanged);
    }
    if (request.method === "HEAD")
      return await exportSection(
        source,
        asked,
        async (opened) => {
          const rowCount = await opened.counting;
          if (format === "xlsx") checkRows(rowCount);
          setHeaders(response, report, form, { ...opened, rowCount });
          response.end();
        },
        { signal },
      );
    const maker = makerOf(request, response, link);
    const about = link
      ? { query: link.query, section: form.section, ...aboutLink(link) }
      : { query: queryOf(request) };
    const job = { exporter, ledger: source.pool, source, report, query, form, maker, about, log };
    const { output, begin, end } = encoded(request, response, format);
    await runExport(
      { ...job, signal },
      {
        output,
        begin: (id, data) => {
          setHeaders(response, report, form, data);
          begin();
          response.set("X-Export-Id", id);
          response.flushHeaders();
        },
        end: async () => {
          end();
          if (!response.writableFinished) await once(response, "finish", { signal });
        },
        // Without its last chunk, it is no whole answer.
        breakOff: () => {
          isBrokenOff = true;
          response.destroy();
        },
      },
    );
  } catch (error) {
    if (error instanceof ReaderGone) return;
    if (!response.headersSent) throw error;
    log.error({ err: error, path: request.path }, "an export broke off");
  }
}

/** As `findUnchanged` at that moment, remembered from others who asked for the same. */
async function recallUnchanged(
  { at, recall }: Moment,
  { viewer, edition, now }: ReportSource,
  { report, query, key, form }: ExportRequest,
  tags: string,
  find: () => Promise<Unchanged | undefined>,
): Promise<Unchanged | undefined> {
  // In every zone, a day begins with a quarter of an hour.
  const quarter = Math.floor(now().getTime() / 900_000);
  const rows = [viewer, report.slug, key, String(query)];
  const unchanged = await recall(JSON.stringify([rows, edition, form, tags, quarter]), find);
  if (!unchanged || unchanged.freshness.marts.length > 0) return unchanged;
  return { ...unchanged, freshness: { ...unchanged.freshness, asOf: at } };
}

/** Aborts with the reason that the ledger knows, unless it was us who broke off. */
function goneSignal(response: Response, isBrokenOff: () => boolean): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished && !isBrokenOff())
      controller.abort(new ReaderGone("the client went away"));
  });
  return controller.signal;
}

function makerOf(request: Request, response: Response, link: ShareLink | undefined): Maker {
  const { means } = (response.locals.authentication as Authentication | undefined) ?? {};
  return {
    actor: actorOf(request, response),
    tokenId: means?.kind === "token" ? means.id : null,
    shareLinkId: link?.id ?? null,
  };
}

/** What was asked for, as far as somebody may want to read it. */
const queryOf = (request: Request) =>
  new URL(request.originalUrl, "http://localhost").search.slice(1, MOST_QUERY + 1);

function setHeaders(
  response: Response,
  report: LoadedReport,
  { format }: ExportForm,
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
