import express, { type Express } from "express";
import type pg from "pg";
import type { Logger } from "pino";
import { createRefusals } from "../access/token-refusal.ts";
import type { Config } from "../config.ts";
import { createStandstill } from "../db/standstill.ts";
import type { Exporter } from "../exports/exporter.ts";
import type { Mailer } from "../mail/mailer.ts";
import { loadTemplates } from "../render/templates.ts";
import { loadReports } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import { accountRoutes } from "./account-routes.ts";
import { accountTokenRoutes } from "./account-token-routes.ts";
import { adminRoutes } from "./admin/routes.ts";
import { annotationRoutes } from "./annotation-routes.ts";
import { loadAssets } from "./assets.ts";
import { createCompany } from "./company.ts";
import { companyRoutes } from "./company-routes.ts";
import { compressed } from "./compressed.ts";
import { cors } from "./cors.ts";
import { docsRoutes } from "./docs-routes.ts";
import { editionOf } from "./edition.ts";
import { createEntrance } from "./entrance.ts";
import { errorResponses } from "./error-responses.ts";
import { exportsRoutes } from "./exports-routes.ts";
import { forgotPasswordRoutes } from "./forgot-password-routes.ts";
import { formGuard, isSecurePlace, type Place } from "./forms.ts";
import { guard } from "./guard.ts";
import { healthRoutes } from "./health-routes.ts";
import { metricsRoutes } from "./metrics-routes.ts";
import type { OpenPages } from "./open-pages/open-pages.ts";
import { openPageRoutes } from "./open-pages/routes.ts";
import { overTls } from "./over-tls.ts";
import { pageFirst } from "./page-first.ts";
import { findChromium } from "./pdf/chromium.ts";
import { createPrinter } from "./pdf/printer.ts";
import { pdfResponses } from "./pdf-response.ts";
import { peopleRoutes } from "./people-routes.ts";
import { reportRoutes } from "./report-routes.ts";
import { requestLog } from "./request-log.ts";
import { savedViewRoutes } from "./saved-view-routes.ts";
import { securityHeaders } from "./security-headers.ts";
import { cookieName, createSessions } from "./sessions.ts";
import { setPasswordRoutes } from "./set-password-routes.ts";
import { offerOf, shareLinkRoutes } from "./share-link-routes.ts";
import { hideShareToken } from "./share-token.ts";
import { sharedRoutes } from "./shared-routes.ts";
import { demoOnly, signInRoutes } from "./sign-in-routes.ts";
import { statusRoutes } from "./status-routes.ts";
import { tokenRate } from "./token-rate.ts";

export interface AppOptions {
  pool: pg.Pool;
  config: Pick<
    Config,
    | "timeZone"
    | "currency"
    | "metricsToken"
    | "tokenRequests"
    | "corsOrigins"
    | "addressTokens"
    | "shareLinks"
    | "publicUrl"
    | "trustProxy"
    | "company"
    | "chromium"
  >;
  log: Logger;
  openPages: OpenPages;
  /** What downloads of reports have for themselves. */
  exporter: Exporter;
  /** Undefined: no mails are sent. */
  mail?: { mailer: Mailer; publicUrl: URL };
  /** The clock that periods are taken from, and how long a company sign-in has taken. */
  now?: () => Date;
  /** Where the report folders are; the project's own when left out. */
  reportsFolder?: string;
}

/**
 * The web application, ready to listen.
 * @throws TidemarkError `bad_report` when a report folder cannot be used
 */
export async function createApp({
  pool,
  config,
  log,
  openPages,
  exporter,
  mail,
  now = () => new Date(),
  reportsFolder,
}: AppOptions): Promise<Express> {
  const catalogue = await loadReports(reportsFolder);
  const assets = loadAssets();
  const templates = loadTemplates({ assets: assets.urls });
  const source: Omit<ReportSource, "viewer"> = {
    pool,
    timeZone: config.timeZone,
    currency: config.currency,
    now,
    edition: editionOf(catalogue, assets.urls),
  };

  const shareOffer = offerOf(config.shareLinks);
  const place: Place = { publicUrl: config.publicUrl };
  const isSecure = isSecurePlace(place);
  const company = config.company && createCompany({ pool, settings: config.company, log, now });
  const entrance = createEntrance({ pool, templates, company, hasMail: mail !== undefined });
  const readSession = createSessions({ pool, log, isSecure });

  const app = express();
  app.disable("x-powered-by");
  // Query strings are read as they stand, by URLSearchParams: no nested objects out of brackets.
  app.set("query parser", false);
  app.set("trust proxy", config.trustProxy);
  app.locals.place = place;
  app.use(hideShareToken);
  app.use(requestLog(log));
  app.use(securityHeaders({ isSecure }));
  app.use(pageFirst(exporter.courtesy));
  app.use(compressed());
  if (isSecure) app.use(overTls);
  app.use(cors(config.corsOrigins));
  const noteRefusal = createRefusals(pool);
  app.use(
    guard({
      pool,
      metricsToken: config.metricsToken,
      addressTokens: config.addressTokens,
      readSession,
      noteRefusal,
      countRequest: tokenRate(config.tokenRequests),
      standstill: createStandstill(pool),
    }),
  );
  app.use("/sign-in/demo", demoOnly(pool));
  app.use(formGuard(place));
  // Most of what is asked for is a report, which need not be compared with every other address first.
  app.use(openPageRoutes({ catalogue, openPages }));
  const chromium = findChromium(config.chromium);
  const printer = chromium ? createPrinter(chromium, assets.find) : undefined;
  const sendPdf = pdfResponses({ printer, templates, log });
  const reports = {
    source,
    catalogue,
    templates,
    log,
    exporter,
    sendPdf,
    hasPdf: chromium !== undefined,
  };
  app.use(reportRoutes({ ...reports, shareOffer }));
  app.use(assets.router);
  app.use(healthRoutes(pool));
  app.use(metricsRoutes(pool, openPages));
  app.use(signInRoutes({ pool, entrance }));
  app.use(companyRoutes({ company, entrance, place }));
  app.use(forgotPasswordRoutes({ pool, templates, log, mail, entrance }));
  app.use(setPasswordRoutes({ pool, templates, entrance }));
  app.use(accountRoutes({ pool, catalogue, templates, entrance, timeZone: config.timeZone }));
  app.use(accountTokenRoutes({ pool, catalogue, templates, timeZone: config.timeZone, now }));
  app.use(savedViewRoutes({ source, catalogue, templates }));
  app.use(shareLinkRoutes({ source, catalogue, templates, offer: shareOffer }));
  app.use(annotationRoutes({ source, catalogue, templates }));
  app.use(statusRoutes({ source, catalogue, templates }));
  app.use(exportsRoutes({ source, catalogue, templates }));
  const { timeZone } = config;
  const service = {
    cookie: cookieName("session", isSecure),
    addressTokens: config.addressTokens,
  };
  app.use(docsRoutes({ source, catalogue, templates, service }));
  app.use(peopleRoutes(pool));
  app.use(adminRoutes({ pool, templates, catalogue, timeZone, now, log, entrance }));
  app.use(sharedRoutes({ ...reports, settings: config.shareLinks }));
  app.use(errorResponses({ catalogue, templates, log }));
  return app;
}
