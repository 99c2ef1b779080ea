import { Router } from "express";
import { requestRefresh } from "../ops/refresh-request.ts";
import { martStatus } from "../ops/status.ts";
import { statusPage } from "../render/status-page.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import { actorOf, viewerOf } from "./authentication.ts";
import { field } from "./forms.ts";
import { onlyGet, onlyPost } from "./only.ts";
import { sendPage } from "./page.ts";

interface Options {
  source: Pick<ReportSource, "pool" | "timeZone">;
  catalogue: Catalogue;
  templates: Templates;
}

/** `/status`, for people, and `/status.json`, for programs: how every mart is; and a refresh at once for who may. */
export function statusRoutes({ source, catalogue, templates }: Options): Router {
  const router = Router();
  router.use(["/status", "/status.json"], (_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/status", async (_request, response) => {
    const marts = await martStatus(source.pool);
    const moment = { now: new Date(), timeZone: source.timeZone };
    const viewer = viewerOf(response);
    const mayRefresh = viewer.permissions.has("job:run");
    const model = statusPage(marts, catalogueFor(viewer, catalogue), { ...moment, mayRefresh });
    sendPage(response, templates.status, model);
  });
  router.post("/status/refresh", async (request, response) => {
    await requestRefresh(source.pool, field(request, "mart"), actorOf(request, response));
    response.redirect(303, "/status");
  });
  router.get("/status.json", async (_request, response) => {
    response.json(await martStatus(source.pool));
  });
  router.all(["/status", "/status.json"], onlyGet);
  router.all("/status/refresh", onlyPost);
  return router;
}
