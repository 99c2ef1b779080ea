import { type Response, Router } from "express";
import { createShareLink, shareDays } from "../access/share-issue.ts";
import { readShareLinks } from "../access/share-link.ts";
import { revokeShareLink } from "../access/share-revoke.ts";
import type { ShareSettings } from "../config.ts";
import { badParameter, TidemarkError } from "../errors.ts";
import { navigation } from "../render/navigation.ts";
import { type ShareOffer, shareForm } from "../render/share-form.ts";
import { type SharePage, sharePage } from "../render/share-page.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor, findReport } from "../reports/load.ts";
import { canonicalQuery, readState } from "../reports/page.ts";
import type { ReportSource } from "../reports/source.ts";
import { type ReportState, shortQuery } from "../reports/state.ts";
import { actorOf, sessionOf } from "./authentication.ts";
import { field, ownAddress } from "./forms.ts";
import { onlyGet, onlyPost } from "./only.ts";
import { sendPage } from "./page.ts";
import { sharedPath } from "./share-token.ts";

interface Options {
  source: Omit<ReportSource, "viewer">;
  catalogue: Catalogue;
  templates: Templates;
  /** Undefined: nobody shares anything. */
  offer: ShareOffer | undefined;
}

const PATH = "/account/links";

/** What people may make by these settings. */
export const offerOf = ({ openTo, mostDays }: ShareSettings): ShareOffer | undefined =>
  openTo === "off" ? undefined : { openTo, days: shareDays(mostDays) };

/** `/account/links`: the links by which one shares reports. For people only. */
export function shareLinkRoutes({ source: shared, catalogue: all, templates, offer }: Options) {
  const { pool, timeZone, now } = shared;
  const router = Router();

  const show = async (
    response: Response,
    model: Pick<SharePage, "made" | "refused" | "done"> = {},
  ) => {
    const { viewer } = sessionOf(response);
    const catalogue = catalogueFor(viewer, all);
    const links = await readShareLinks(
      pool,
      { ownerId: viewer.id },
      (slug) => all.get(slug)?.permission,
    );
    const page = { links, catalogue, timeZone, now: now(), ...model };
    response.set("Cache-Control", "no-store");
    sendPage(response, templates.accountLinks, {
      title: "Share links",
      isAccount: true,
      navigation: navigation(catalogue),
      ...sharePage(page, { action: PATH, showsOwner: false }),
    });
  };

  router.get(PATH, async (request, response) => {
    const isDone = new URL(request.url, "http://localhost").searchParams.get("done") === "revoked";
    await show(response, { done: isDone ? "Revoked. It opens nothing from now on." : undefined });
  });

  router.post(`${PATH}/new`, async (request, response) => {
    const { viewer } = sessionOf(response);
    if (!offer)
      throw new TidemarkError("sharing_off", 403, "Sharing by links is switched off here.");
    const report = findReport(all, field(request, "report"), viewer);
    const source = { ...shared, viewer: viewer.id };
    const state = await readState(source, report, new URLSearchParams(field(request, "query")));
    const form = { days: field(request, "days"), dates: field(request, "dates") };
    try {
      const query =
        form.dates === "fixed"
          ? await canonicalQuery(source, report, withTheseDates(state))
          : shortQuery(state);
      const { token, expiresAt } = await createShareLink(pool, {
        sharer: viewer,
        report: report.slug,
        query,
        days: readDays(form.days, offer),
        actor: actorOf(request, response),
      });
      const address = new URL(sharedPath(token), ownAddress(request)).href;
      const isForAnyone = offer.openTo === "anyone";
      await show(response, { made: { title: report.title, address, expiresAt, isForAnyone } });
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code !== "bad_parameter") throw error;
      const problems = { [error.parameter ?? "query"]: error.message };
      const { title } = report;
      const refused = { ...shareForm({ report, state }, offer, form), title, problems };
      await show(response.status(error.status), { refused });
    }
  });

  router.post(`${PATH}/:id/revoke`, async (request, response) => {
    const { viewer } = sessionOf(response);
    await revokeShareLink(pool, request.params.id, actorOf(request, response), viewer.id);
    response.redirect(303, `${PATH}?done=revoked`);
  });

  router.all(PATH, onlyGet);
  router.all([`${PATH}/new`, `${PATH}/:id/revoke`], onlyPost);
  return router;
}

/** The filters of a page, with the days that its period has today. */
function withTheseDates(state: ReportState): URLSearchParams {
  const query = new URLSearchParams(shortQuery(state));
  const { period } = state;
  if (period?.days !== undefined) query.set("period", `${period.from}..${period.to}`);
  return query;
}

function readDays(text: string, { days }: ShareOffer): number {
  const allowed = days.map(String);
  if (allowed.includes(text)) return Number(text);
  throw badParameter("days", `A link opens for ${allowed.join(", ")} days`, allowed);
}
