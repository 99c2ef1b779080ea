import { type Request, Router } from "express";
import { auditKinds } from "../../access/audit.ts";
import { readTrail, readWholeTrail, type TrailFilter } from "../../access/trail.ts";
import { badParameter } from "../../errors.ts";
import { toTrailCsv } from "../../render/admin/trail-csv.ts";
import { trailPage } from "../../render/admin/trail-page.ts";
import { counted } from "../../render/counted.ts";
import { isDay } from "../../reports/day.ts";
import { closeSignal } from "../close-signal.ts";
import { download } from "../download.ts";
import { onlyGet } from "../only.ts";
import type { AdminOptions } from "./options.ts";
import { sendAdminPage } from "./page.ts";
import { parametersOf } from "./query.ts";

const A_PAGE = 50;
const FILTERS = ["kind", "person", "from", "to"] as const;

/** `/admin/audit`, and `/admin/audit.csv` with all of it. */
export function trailRoutes({ pool, templates, catalogue, timeZone, now, log }: AdminOptions) {
  const router = Router();

  router.get("/admin/audit", async (request, response) => {
    const { before, ...given } = parametersOf(request, [...FILTERS, "before"]);
    if (before !== undefined && !/^\d{1,18}$/.test(before))
      throw badParameter("before", "before: is the id of an event");
    const filter = filterOf(given, timeZone);
    const page = { before: before ?? null, most: A_PAGE + 1 };
    const events = await readTrail(pool, filter, page);
    const shown = events.slice(0, A_PAGE);
    const model = trailPage({
      events: shown,
      filter,
      query: new URLSearchParams(given).toString(),
      older: events.length > A_PAGE ? shown.at(-1)?.id : undefined,
      isFirst: before === undefined,
      now: now(),
    });
    sendAdminPage(response, templates.adminTrail, catalogue, model);
  });

  router.get("/admin/audit.csv", async (request, response) => {
    const filter = filterOf(parametersOf(request, FILTERS), timeZone);
    const begin = () => {
      response.attachment(`audit trail ${now().toISOString().slice(0, 10)}.csv`);
      response.type("text/csv; charset=utf-8; header=present");
    };
    if (isHead(request)) {
      begin();
      return void response.end();
    }
    const signal = closeSignal(response);
    const trail = { pool, log };
    const what = { request, response, signal, trail, subject: "audit trail", format: "csv", begin };
    await download(what, (progress) => toTrailCsv(counted(readWholeTrail(pool, filter), progress)));
  });

  router.all(["/admin/audit", "/admin/audit.csv"], onlyGet);
  return router;
}

const isHead = (request: Request) => request.method === "HEAD";

type Given = Partial<Record<(typeof FILTERS)[number], string>>;

function filterOf(given: Given, timeZone: string): TrailFilter {
  if (given.kind !== undefined && !(given.kind in auditKinds))
    throw badParameter("kind", `kind: there is no "${given.kind}"`, Object.keys(auditKinds));
  for (const name of ["from", "to"] as const)
    if (given[name] !== undefined && !isDay(given[name]))
      throw badParameter(name, `${name}: is a day such as 2026-11-21`);
  return { ...given, timeZone };
}
