import { Router } from "express";
import { onlyGet } from "../only.ts";
import type { AdminOptions } from "./options.ts";
import { sendAdminPage } from "./page.ts";
import { peopleRoutes } from "./people-routes.ts";
import { rolesRoutes } from "./roles-routes.ts";
import { shareLinkRoutes } from "./share-link-routes.ts";
import { teamsRoutes } from "./teams-routes.ts";
import { tokenRoutes } from "./token-routes.ts";
import { trailRoutes } from "./trail-routes.ts";

/** `/admin` and everything below it. Who may open what, the route table says. */
export function adminRoutes(options: AdminOptions): Router {
  const router = Router();
  router.use("/admin", (_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/admin", (_request, response) => {
    const { templates, catalogue } = options;
    sendAdminPage(response, templates.admin, catalogue, { title: "Administration" });
  });
  router.all("/admin", onlyGet);
  router.use(peopleRoutes(options));
  router.use(teamsRoutes(options));
  router.use(rolesRoutes(options));
  router.use(tokenRoutes(options));
  router.use(shareLinkRoutes(options));
  router.use(trailRoutes(options));
  return router;
}
