import { Router } from "express";
import { badParameter } from "../../errors.ts";
import { type Catalogue, findReport } from "../../reports/load.ts";
import { sessionOf } from "../authentication.ts";
import { onlyGet } from "../only.ts";
import { isUnattended } from "../unattended.ts";
import { setStreamHeaders } from "./event-stream.ts";
import type { OpenPages } from "./open-pages.ts";

interface Options {
  catalogue: Catalogue;
  openPages: OpenPages;
}

const PATH = "/reports/:slug/changes";

/** Tells an open page of a report, for as long as it is open, when it is to be read again. */
export function openPageRoutes({ catalogue, openPages }: Options): Router {
  const router = Router();
  router.get("/reports/:file", (request, response, next) => {
    if (isUnattended(request)) openPages.renew(response);
    next();
  });
  router.get(PATH, (request, response) => {
    const { viewer, sessionId } = sessionOf(response);
    const report = findReport(catalogue, request.params.slug, viewer);
    const query = new URL(request.url, "http://localhost").searchParams;
    for (const name of query.keys())
      if (name !== "version") throw badParameter(name, `there is no ${name} here`, ["version"]);
    if (request.method === "HEAD") {
      openPages.check(viewer.id);
      setStreamHeaders(response);
      return void response.end();
    }
    // A browser that connects again says which one it heard of last.
    const version = request.get("Last-Event-ID") || query.get("version") || undefined;
    openPages.add({ report, personId: viewer.id, sessionId, version }, response);
  });
  router.all(PATH, onlyGet);
  return router;
}
