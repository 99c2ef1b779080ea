import { Router } from "express";
import { martStatus } from "../ops/status.ts";
import { statusPage } from "../render/status-page.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import { viewerOf } from "./authentication.ts";
import { onlyGet } from "./only.ts";
import { sendPage } from "./page.ts";

interface Options {
  source: Pick<ReportSource, "pool" | "timeZone">;
  catalogue: Catalogue;
  templates: Templates;
}

/** `/status`, for people, and `/status.json`, for programs: how every mart is. */
export function statusRoutes({ source, catalogue, templates }: Options): Router {
  const router = Router();
  router.use(["/status", "/status.json"], (_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get("/status", async (_request, response) => {
    const marts = await martStatus(source.pool);
    const moment = { now: new Date(), timeZone: source.timeZone };
    const visible = catalogueFor(viewerOf(response), catalogue);
    sendPage(response, templates.status, statusPage(marts, visible, moment));
  });
  router.get("/status.json", async (_request, response) => {
    response.json(await martStatus(source.pool));
  });
  router.all(["/status", "/status.json"], onlyGet);
  return router;
}
