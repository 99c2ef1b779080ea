import { Router } from "express";
import type { Logger } from "pino";
import { notFound } from "../errors.ts";
import { cataloguePage } from "../render/catalogue-page.ts";
import { reportPage } from "../render/report-page.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor, type LoadedReport } from "../reports/load.ts";
import { canonicalQuery, readPage } from "../reports/page.ts";
import type { ReportSource } from "../reports/source.ts";
import { viewerOf } from "./authentication.ts";
import { closeSignal } from "./close-signal.ts";
import { knownTo, sendUnchanged, setVersion } from "./conditional.ts";
import { sendExport } from "./export.ts";
import { createExportSlots } from "./export-slots.ts";
import { isForm, queryOfForm } from "./filter-form.ts";
import { readFile } from "./formats.ts";
import { onlyGet } from "./only.ts";
import { frameTag, sendPage } from "./page.ts";

interface Options {
  source: Omit<ReportSource, "viewer">;
  catalogue: Catalogue;
  templates: Templates;
  log: Logger;
}

/** The catalogue, and each report as page, CSV and JSON. */
export function reportRoutes({ source: shared, catalogue: all, templates, log }: Options): Router {
  const router = Router();
  const slots = createExportSlots(Math.max(1, Math.floor(shared.pool.options.max / 2)));
  router.get("/", (_request, response) => response.redirect(302, "/reports"));
  router.get("/reports", (_request, response) => {
    response.set("Cache-Control", "private, no-cache");
    const catalogue = catalogueFor(viewerOf(response), all);
    sendPage(response, templates.catalogue, cataloguePage(catalogue));
  });
  router.get("/reports/:file", async (request, response) => {
    const { slug, format } = readFile(request.params.file);
    const viewer = viewerOf(response);
    const catalogue = catalogueFor(viewer, all);
    const source = { ...shared, viewer: viewer.id };
    const report = findReport(catalogue, slug);
    const query = new URL(request.url, "http://localhost").searchParams;
    const signal = closeSignal(response);
    if (format)
      return sendExport({ source, report, query, format, request, response, signal, slots, log });
    if (isForm(query)) {
      const canonical = await canonicalQuery(source, report, queryOfForm(query), signal);
      return response.redirect(303, canonical ? `${request.path}?${canonical}` : request.path);
    }
    const framed = { ...source, edition: `${source.edition} ${frameTag(response)}` };
    const data = await readPage(framed, report, query, { signal, known: knownTo(request) });
    if (data.unchanged) return sendUnchanged(response, data);
    setVersion(response, data);
    sendPage(response, templates.report, reportPage(data, catalogue, source));
  });
  router.all(["/", "/reports", "/reports/:file"], onlyGet);
  return router;
}

function findReport(catalogue: Catalogue, slug: string): LoadedReport {
  const report = catalogue.get(slug);
  if (!report) throw notFound(`There is no report "${slug}".`);
  return report;
}
