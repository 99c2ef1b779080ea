import { type Request, type Response, Router } from "express";
import type { Logger } from "pino";
import type { ShareLink } from "../access/share-link.ts";
import { createShareDoor } from "../access/share-opening.ts";
import type { ShareSettings } from "../config.ts";
import { badParameter, TidemarkError } from "../errors.ts";
import type { Exporter } from "../exports/exporter.ts";
import { formParameters } from "../exports/form.ts";
import { navigation } from "../render/navigation.ts";
import { reportPage } from "../render/report-page.ts";
import { sharedPlace } from "../render/report-place.ts";
import { shortTime } from "../render/short-time.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor, findReport } from "../reports/load.ts";
import { readPage } from "../reports/page.ts";
import type { ReportSource } from "../reports/source.ts";
import { viewNames } from "../reports/table-view.ts";
import { type Authentication, actorOf, sessionOf } from "./authentication.ts";
import { closeSignal } from "./close-signal.ts";
import { knownTo, sendUnchanged, setVersion } from "./conditional.ts";
import { tooMany } from "./entrance.ts";
import { sendExport } from "./export.ts";
import { readFile } from "./formats.ts";
import { languageOf } from "./language.ts";
import { onlyGet } from "./only.ts";
import { frameTag, sendPage } from "./page.ts";
import type { SendPdf } from "./pdf-response.ts";
import { sharedPath, shareTokenOf } from "./share-token.ts";

interface Options {
  source: Omit<ReportSource, "viewer">;
  catalogue: Catalogue;
  templates: Templates;
  log: Logger;
  exporter: Exporter;
  sendPdf: SendPdf;
  /** Whether there is a Chromium here. */
  hasPdf: boolean;
  settings: ShareSettings;
}

/** What choose the form of a download, and not its rows. */
const OF_DOWNLOADS = formParameters;

const ended = () =>
  new TidemarkError(
    "link_ended",
    410,
    "This link opens nothing. It has expired, was revoked, or never was: ask whoever sent it for another.",
  );

/**
 * `/shared/<token>`: a report as whoever made the link sees it now, with the filters that it was made with. The frame of
 * the page is that of whoever opens it, or none.
 */
export function sharedRoutes(options: Options): Router {
  const {
    source: shared,
    catalogue: all,
    templates,
    log,
    exporter,
    sendPdf,
    hasPdf,
    settings,
  } = options;
  const router = Router();
  const door = createShareDoor(shared.pool, (report) => all.get(report)?.permission);

  const open = async (request: Request, response: Response): Promise<ShareLink> => {
    if (settings.openTo === "off") throw ended();
    if (settings.openTo === "people") sessionOf(response);
    const opening = await door.open(shareTokenOf(response), actorOf(request, response));
    if (opening.kind === "open") return opening.link;
    if (opening.kind === "ended") throw ended();
    const { retryAfterSeconds } = opening;
    response.set("Retry-After", String(retryAfterSeconds));
    throw new TidemarkError("too_many_attempts", 429, tooMany(retryAfterSeconds));
  };

  /** As whoever made it: what is kept of an answer serves nobody's own pages, and theirs not this. */
  const sourceOf = ({ id, sharer, expiresAt }: ShareLink) => ({
    ...shared,
    viewer: sharer.id,
    edition: [shared.edition, "link", id, expiresAt.toISOString(), sharer.name].join(" "),
  });

  router.use("/shared", (_request, response, next) => {
    response.set({ "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow" });
    next();
  });

  router.get("/shared/:file", async (request, response) => {
    const { ending } = readFile(request.params.file);
    const link = await open(request, response);
    const report = findReport(all, link.report);
    const asked = new URL(request.url, "http://localhost").searchParams;
    const isDownload = ending !== undefined && ending !== "pdf";
    const query = withChoices(link, asked, [
      ...viewNames(report),
      ...(isDownload ? OF_DOWNLOADS : []),
    ]);
    const signal = closeSignal(response);
    const source = sourceOf(link);
    const answer = { source, report, query, request, response, signal };
    try {
      if (isDownload) return await sendExport({ ...answer, format: ending, exporter, log, link });
      const opener = actorOf(request, response);
      // Notes are those that the opener may read, and none for who is not known.
      const reader = opener.userId ?? "";
      const until = link.expiresAt.toISOString();
      const band = {
        by: link.sharer.name,
        until: { iso: until, text: shortTime(until, source.now(), source.timeZone) },
      };
      if (ending) return await sendPdf({ ...answer, link, reader, around: { shared: band } });
      const framed = { ...source, edition: `${source.edition} ${frameTag(response)}` };
      const known = knownTo(request);
      const data = await readPage(framed, report, query, { signal, known, reader });
      await door.note(link, opener);
      if (data.unchanged) return sendUnchanged(response, data);
      setVersion(response, data);
      const token = shareTokenOf(response);
      const place = sharedPlace((ending) => sharedPath(token, ending));
      const { authentication } = response.locals as { authentication?: Authentication };
      // From here, nothing leads to what else its maker may open.
      const page = reportPage(data, new Map(), source, languageOf(response), place);
      sendPage(response, templates.report, {
        ...page,
        // Of what could be chosen, only what was.
        pills: page.pills.filter(({ isSet, input }) => isSet || input === "radio"),
        navigation: authentication ? navigation(catalogueFor(authentication.viewer, all)) : [],
        pdf: hasPdf && place.download("pdf", data.state.canonical, data.state.shown),
        shared: band,
      });
    } catch (error) {
      // What the link asks for is gone; what there is instead is nobody's business who opens it.
      const isOfLink = (name = "") => new URLSearchParams(link.query).has(name) && !asked.has(name);
      if (error instanceof TidemarkError && error.code === "bad_parameter")
        throw isOfLink(error.parameter) ? ended() : error;
      throw error;
    }
  });
  router.all("/shared/:file", onlyGet);
  return router;
}

/** What a link asks for, with what its opener may choose: among what it shows, and nothing else. */
function withChoices(
  link: ShareLink,
  asked: URLSearchParams,
  allowed: readonly string[],
): URLSearchParams {
  const query = new URLSearchParams(link.query);
  for (const name of new Set(asked.keys())) {
    if (!allowed.includes(name))
      throw badParameter(name, `${name}: nobody can change what is shared here`, allowed);
    query.delete(name);
    for (const value of asked.getAll(name)) query.append(name, value);
  }
  return query;
}
