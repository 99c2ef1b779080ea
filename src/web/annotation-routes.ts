import { type Request, type Response, Router } from "express";
import { TidemarkError } from "../errors.ts";
import { type AnnotationsPage, annotationsPage } from "../render/annotations-page.ts";
import type { Templates } from "../render/templates.ts";
import {
  type AnnotationFields,
  addAnnotation,
  changeAnnotation,
  deleteAnnotation,
  isInTeam,
} from "../reports/annotation-changes.ts";
import { listAnnotations } from "../reports/annotation-list.ts";
import { dayIn } from "../reports/day.ts";
import { type Catalogue, catalogueFor } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import { doneOf } from "./admin/done.ts";
import { pageNumber, parametersOf } from "./admin/query.ts";
import { actorOf, sessionOf } from "./authentication.ts";
import { field } from "./forms.ts";
import { languageOf } from "./language.ts";
import { localPath } from "./local-path.ts";
import { onlyGetAndPost, onlyPost } from "./only.ts";
import { sendPage } from "./page.ts";

interface Options {
  source: Omit<ReportSource, "viewer">;
  catalogue: Catalogue;
  templates: Templates;
}

const PATH = "/notes";
const A_PAGE = 50;

/** `/notes`: notes on days, which charts over time show. For people only. */
export function annotationRoutes({ source, catalogue: all, templates }: Options): Router {
  const { pool, timeZone, now } = source;
  const router = Router();

  const show = async (
    response: Response,
    {
      number = 1,
      ...model
    }: { number?: number } & Pick<AnnotationsPage, "next" | "done" | "refused">,
  ) => {
    const { viewer } = sessionOf(response);
    const keepsAll = viewer.permissions.has("user:manage");
    const shown = { page: number, size: A_PAGE };
    const list = await listAnnotations(pool, { viewer: viewer.id, keepsAll }, shown);
    const page = annotationsPage({
      ...list,
      ...shown,
      readerId: viewer.id,
      isInTeam: await isInTeam(pool, viewer.id),
      keepsAll,
      catalogue: catalogueFor(viewer, all),
      language: languageOf(response),
      today: dayIn(now(), timeZone),
      ...model,
    });
    sendPage(response.set("Cache-Control", "no-store"), templates.annotations, page);
  };

  /** Does it and goes on; or shows the page with what is wrong with the form. */
  const act = async (
    request: Request,
    response: Response,
    done: string,
    work: (fields: AnnotationFields) => Promise<void>,
    id?: string,
  ) => {
    const next = localPath(field(request, "next"));
    const fields = {
      day: field(request, "day"),
      text: field(request, "text"),
      visibility: field(request, "visibility"),
    };
    try {
      await work(fields);
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code !== "bad_parameter") throw error;
      const problems = { [error.parameter ?? "text"]: error.message };
      const refused = { ...(id !== undefined && { id }), fields, problems };
      return show(response.status(error.status), { next, refused });
    }
    response.redirect(303, next ?? `${PATH}?done=${done}`);
  };

  router.get(PATH, async (request, response) => {
    const { page, next } = parametersOf(request, ["page", "next", "done"]);
    await show(response, {
      number: pageNumber(page),
      next: localPath(next),
      done: doneOf(request, ["page", "next"]),
    });
  });

  router.post(PATH, (request, response) =>
    act(request, response, "added", (fields) =>
      addAnnotation(pool, sessionOf(response).viewer.id, fields),
    ),
  );

  router.post(`${PATH}/:id`, (request, response) => {
    const { id } = request.params;
    const change = (fields: AnnotationFields) =>
      changeAnnotation(pool, sessionOf(response).viewer.id, id, fields);
    return act(request, response, "saved", change, id);
  });

  router.post(`${PATH}/:id/delete`, async (request, response) => {
    const { viewer } = sessionOf(response);
    const keepsAll = viewer.permissions.has("user:manage");
    await deleteAnnotation(pool, request.params.id, {
      actor: actorOf(request, response),
      keepsAll,
    });
    response.redirect(303, localPath(field(request, "next")) ?? `${PATH}?done=deleted`);
  });

  router.all(PATH, onlyGetAndPost);
  router.all([`${PATH}/:id`, `${PATH}/:id/delete`], onlyPost);
  return router;
}
