import { type Request, type Response, Router } from "express";
import { deleteView, renameView, replaceView, saveView } from "../access/saved-views.ts";
import { chooseStartPage, parseStart } from "../access/start-page.ts";
import { TidemarkError } from "../errors.ts";
import { viewPath } from "../render/own-views.ts";
import type { Templates } from "../render/templates.ts";
import { type ViewsPage, viewsPage } from "../render/views-page.ts";
import { type Catalogue, catalogueFor, findReport } from "../reports/load.ts";
import { canonicalQuery } from "../reports/page.ts";
import type { ReportSource } from "../reports/source.ts";
import { sessionOf } from "./authentication.ts";
import { field } from "./forms.ts";
import { localPath } from "./local-path.ts";
import { onlyGetAndPost, onlyPost } from "./only.ts";
import { ownViews } from "./own-views.ts";
import { sendPage } from "./page.ts";

interface Options {
  source: Omit<ReportSource, "viewer">;
  catalogue: Catalogue;
  templates: Templates;
}

const PATH = "/account/views";
const START = "/account/start";

const DONE: Readonly<Record<string, string>> = {
  saved: "Saved.",
  deleted: "Deleted.",
};

/** `/account/views`: one's views, by forms there and on the pages of reports; `/account/start`: what `/` opens. */
export function savedViewRoutes({ source: shared, catalogue: all, templates }: Options): Router {
  const { pool } = shared;
  const router = Router();

  const show = async (response: Response, model: Omit<ViewsPage, "own" | "catalogue">) => {
    const { viewer } = sessionOf(response);
    const own = await ownViews(pool, response);
    if (!own) throw new Error("a session has views");
    response.set("Cache-Control", "no-store");
    const catalogue = catalogueFor(viewer, all);
    sendPage(response, templates.views, viewsPage({ own, catalogue, ...model }));
  };

  /** A report with filters, as the form of its page has them: those that whoever asks may use. */
  const askedFor = async (request: Request, response: Response) => {
    const { viewer } = sessionOf(response);
    const report = findReport(all, field(request, "report"), viewer);
    const source = { ...shared, viewer: viewer.id };
    const query = new URLSearchParams(field(request, "query"));
    return { report: report.slug, query: await canonicalQuery(source, report, query) };
  };

  /** Does it; or shows the page with what is wrong with the form. */
  const act = async (
    response: Response,
    work: () => Promise<void>,
    refused: (problem: string) => Omit<ViewsPage, "own" | "catalogue">,
    next: string,
  ) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code !== "bad_parameter") throw error;
      return show(response.status(error.status), refused(error.message));
    }
    response.redirect(303, next);
  };

  router.get(PATH, async (request, response) => {
    const done = new URL(request.url, "http://localhost").searchParams.get("done") ?? "";
    await show(response, { done: Object.hasOwn(DONE, done) ? DONE[done] : undefined });
  });

  router.post(PATH, async (request, response) => {
    const view = { ...(await askedFor(request, response)), name: field(request, "name") };
    const { viewer } = sessionOf(response);
    await act(
      response,
      () => saveView(pool, viewer.id, view),
      (problem) => ({ refused: { ...view, problem } }),
      viewPath(view),
    );
  });

  router.post(`${PATH}/:id`, async (request, response) => {
    const view = { id: request.params.id, name: field(request, "name") };
    const { viewer } = sessionOf(response);
    await act(
      response,
      () => renameView(pool, viewer.id, view),
      (problem) => ({ renamed: { ...view, problem } }),
      `${PATH}?done=saved`,
    );
  });

  router.post(`${PATH}/:id/replace`, async (request, response) => {
    const asked = await askedFor(request, response);
    const { viewer } = sessionOf(response);
    await replaceView(pool, viewer.id, { id: request.params.id, ...asked });
    response.redirect(303, viewPath(asked));
  });

  router.post(`${PATH}/:id/delete`, async (request, response) => {
    await deleteView(pool, sessionOf(response).viewer.id, request.params.id);
    response.redirect(303, `${PATH}?done=deleted`);
  });

  router.post(START, async (request, response) => {
    const { viewer } = sessionOf(response);
    const page = parseStart(field(request, "start"));
    if (page.kind === "report") findReport(all, page.report, viewer);
    await chooseStartPage(pool, viewer.id, page);
    response.redirect(303, localPath(field(request, "next")) ?? `${PATH}?done=saved`);
  });

  router.all(PATH, onlyGetAndPost);
  router.all([`${PATH}/:id`, `${PATH}/:id/replace`, `${PATH}/:id/delete`, START], onlyPost);
  return router;
}
