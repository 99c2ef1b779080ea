import { Router } from "express";
import { readShareLinks } from "../../access/share-link.ts";
import { revokeShareLink } from "../../access/share-revoke.ts";
import { sharePage } from "../../render/share-page.ts";
import { catalogueFor } from "../../reports/load.ts";
import { actorOf, sessionOf } from "../authentication.ts";
import { onlyGet, onlyPost } from "../only.ts";
import { doneOf } from "./done.ts";
import type { AdminOptions } from "./options.ts";
import { sendAdminPage } from "./page.ts";

const PATH = "/admin/links";

/** `/admin/links`: everybody's links, to revoke them. */
export function shareLinkRoutes(options: AdminOptions): Router {
  const { pool, templates, catalogue: all, timeZone, now } = options;
  const router = Router();

  router.get(PATH, async (request, response) => {
    const { viewer } = sessionOf(response);
    const links = await readShareLinks(pool, {}, (slug) => all.get(slug)?.permission);
    const catalogue = catalogueFor(viewer, all);
    const page = { links, catalogue, done: doneOf(request), timeZone, now: now() };
    sendAdminPage(response, templates.adminLinks, all, {
      title: "Share links",
      ...sharePage(page, { action: PATH, showsOwner: true }),
    });
  });

  router.post(`${PATH}/:id/revoke`, async (request, response) => {
    sessionOf(response);
    await revokeShareLink(pool, request.params.id, actorOf(request, response));
    response.redirect(303, `${PATH}?done=revoked`);
  });

  router.all(PATH, onlyGet);
  router.all(`${PATH}/:id/revoke`, onlyPost);
  return router;
}
