import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Response, Router } from "express";
import { docsPage } from "../render/docs-page.ts";
import { openApi, type Service } from "../render/openapi/document.ts";
import type { OpenApi } from "../render/openapi/types.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import { readVocabulary } from "../reports/vocabulary.ts";
import { viewerOf } from "./authentication.ts";
import { closeSignal } from "./close-signal.ts";
import { ownAddress } from "./forms.ts";
import { onlyGet } from "./only.ts";
import { sendPage } from "./page.ts";

interface Options {
  source: Omit<ReportSource, "viewer">;
  catalogue: Catalogue;
  templates: Templates;
  service: Pick<Service, "cookie" | "addressTokens">;
}

const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"),
) as { version: string };

/** `/openapi.json`, for programs, and `/docs`, for those who write them: what can be asked by whoever looks. */
export function docsRoutes({ source, catalogue: all, templates, service }: Options): Router {
  const router = Router();
  const describe = async (response: Response): Promise<[OpenApi, Catalogue]> => {
    const viewer = viewerOf(response);
    const catalogue = catalogueFor(viewer, all);
    const asked = { ...source, viewer: viewer.id };
    const vocabulary = await readVocabulary(asked, catalogue, all, closeSignal(response));
    const { timeZone, currency } = source;
    const seesStatus = viewer.permissions.has("status:view");
    return [
      openApi(catalogue, vocabulary, { ...service, version, timeZone, currency, seesStatus }),
      catalogue,
    ];
  };
  router.use(["/openapi.json", "/docs"], (_request, response, next) => {
    response.set("Cache-Control", "private, no-cache");
    next();
  });
  router.get("/openapi.json", async (_request, response) => {
    const [document] = await describe(response);
    response.json(document);
  });
  router.get("/docs", async (request, response) => {
    const page = docsPage(...(await describe(response)));
    sendPage(response, templates.docs, { ...page, address: new URL(ownAddress(request)).origin });
  });
  router.all(["/openapi.json", "/docs"], onlyGet);
  return router;
}
