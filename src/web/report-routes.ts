import { type Response, Router } from "express";
import type { Logger } from "pino";
import { sharePermission } from "../access/permission.ts";
import { TidemarkError } from "../errors.ts";
import type { Exporter } from "../exports/exporter.ts";
import { cataloguePage } from "../render/catalogue-page.ts";
import { type OwnViews, startOf } from "../render/own-views.ts";
import { reportPage } from "../render/report-page.ts";
import { type ShareOffer, shareForm } from "../render/share-form.ts";
import type { Templates } from "../render/templates.ts";
import { viewsPanel } from "../render/views-panel.ts";
import { type Catalogue, catalogueFor, findReport } from "../reports/load.ts";
import { canonicalQuery, type PageData, readPage } from "../reports/page.ts";
import type { ReportSource } from "../reports/source.ts";
import { viewerOf } from "./authentication.ts";
import { closeSignal } from "./close-signal.ts";
import { knownTo, sendUnchanged, setVersion } from "./conditional.ts";
import { sendExport } from "./export.ts";
import { isForm, queryOfForm } from "./filter-form.ts";
import { readFile } from "./formats.ts";
import { languageOf } from "./language.ts";
import { onlyGet } from "./only.ts";
import { ownViews } from "./own-views.ts";
import { frameTag, sendPage } from "./page.ts";
import type { SendPdf } from "./pdf-response.ts";

interface Options {
  source: Omit<ReportSource, "viewer">;
  catalogue: Catalogue;
  templates: Templates;
  log: Logger;
  exporter: Exporter;
  /** Undefined: nobody shares anything. */
  shareOffer: ShareOffer | undefined;
  sendPdf: SendPdf;
  /** Whether there is a Chromium here. */
  hasPdf: boolean;
}

/** The catalogue, and each report as page, on paper, and in the formats of downloads. */
export function reportRoutes(options: Options): Router {
  const {
    source: shared,
    catalogue: all,
    templates,
    log,
    exporter,
    shareOffer,
    sendPdf,
    hasPdf,
  } = options;
  const router = Router();
  router.get("/", async (_request, response) => {
    const own = await ownViews(shared.pool, response);
    const start = own && startOf(own, catalogueFor(viewerOf(response), all));
    response.set("Cache-Control", "no-store").redirect(302, start?.path ?? "/reports");
  });
  router.get("/reports", async (_request, response) => {
    response.set("Cache-Control", "private, no-cache");
    const own = await ownViews(shared.pool, response);
    const catalogue = catalogueFor(viewerOf(response), all);
    sendPage(response, templates.catalogue, cataloguePage(catalogue, own));
  });
  router.get("/reports/:file", async (request, response) => {
    const { slug, ending } = readFile(request.params.file);
    const viewer = viewerOf(response);
    const source = { ...shared, viewer: viewer.id };
    const report = findReport(all, slug, viewer);
    const query = new URL(request.url, "http://localhost").searchParams;
    const signal = closeSignal(response);
    if (ending && ending !== "pdf") {
      const format = ending;
      return sendExport({
        source,
        report,
        query,
        format,
        request,
        response,
        exporter,
        log,
      });
    }
    if (isForm(query)) {
      const canonical = await canonicalQuery(source, report, queryOfForm(query), signal);
      return response.redirect(303, canonical ? `${request.path}?${canonical}` : request.path);
    }
    if (ending) return sendPdf({ report, source, query, request, response, signal });
    const own = await ownViews(shared.pool, response);
    const around = [source.edition, frameTag(response), JSON.stringify(own)];
    const framed = { ...source, edition: around.join(" ") };
    const data = await readPage(framed, report, query, { signal, known: knownTo(request) }).catch(
      (error) => {
        noteBrokenView(response, error, own, { report: slug, query: String(query) });
        throw error;
      },
    );
    if (data.unchanged) return sendUnchanged(response, data);
    setVersion(response, data);
    const views = own && viewsPanel(own, data);
    const mayShare = own && shareOffer && viewer.permissions.has(sharePermission);
    sendPage(response, templates.report, {
      ...reportPage(data, catalogueFor(viewer, all), source, languageOf(response)),
      pdf: hasPdf && viewer.permissions.has("export:download") && pdfOf(data),
      views,
      share: mayShare ? shareForm(data, shareOffer) : undefined,
      annotate: views && `/notes?${new URLSearchParams({ next: views.path })}`,
    });
  });
  router.all(["/", "/reports", "/reports/:file"], onlyGet);
  return router;
}

const pdfOf = ({ report, state }: PageData): string => {
  const query = new URLSearchParams([...state.canonical, ...state.shown]);
  return `/reports/${report.slug}.pdf${query.size > 0 ? `?${query}` : ""}`;
};

/** A view of one's own whose filters fit no more is offered to be deleted, beside what is wrong with it. */
function noteBrokenView(
  response: Response,
  error: unknown,
  own: OwnViews | undefined,
  asked: { report: string; query: string },
): void {
  if (!(error instanceof TidemarkError) || error.code !== "bad_parameter") return;
  response.locals.brokenView = own?.views.find(
    ({ report, query }) => report === asked.report && query === asked.query,
  );
}
