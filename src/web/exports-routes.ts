import { type Response, Router } from "express";
import { type Onlooker, readExports } from "../access/export-entries.ts";
import { closeLost } from "../access/export-ledger.ts";
import { EVERYTHING } from "../db/transaction.ts";
import { badParameter, notFound } from "../errors.ts";
import { exportPage, exportsPage } from "../render/exports-page.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor } from "../reports/load.ts";
import type { ReportSource } from "../reports/source.ts";
import { parametersOf } from "./admin/query.ts";
import { type Authentication, viewerOf } from "./authentication.ts";
import { languageOf } from "./language.ts";
import { onlyGet } from "./only.ts";
import { sendPage } from "./page.ts";

interface Options {
  source: Pick<ReportSource, "pool" | "timeZone" | "currency">;
  catalogue: Catalogue;
  templates: Templates;
}

const A_PAGE = 100;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** `/exports`, the ledger of downloads as far as it is one's own, each under its number; `.json` for programs. */
export function exportsRoutes({ source, catalogue: all, templates }: Options): Router {
  const { pool, timeZone, currency } = source;
  const router = Router();
  const shown = (response: Response) => ({
    catalogue: catalogueFor(viewerOf(response), all),
    locale: { currency, timeZone, language: languageOf(response) },
  });
  const read = async (response: Response, wanted: { id?: string; sha256?: string }) => {
    await closeLost(pool);
    return readExports(pool, onlooker(response), { ...wanted, most: A_PAGE });
  };
  const readOne = async (response: Response, id: string) => {
    const [entry] = ID.test(id) ? await read(response, { id }) : [];
    if (!entry) throw notFound("There is no such export, or it is not yours.");
    return entry;
  };

  router.use("/exports", (_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router.get(["/exports", "/exports.json"], async (request, response) => {
    response.set("Cache-Control", "no-store");
    const { file = "" } = parametersOf(request, ["file"]);
    const asked = file.trim().toLowerCase();
    if (asked && !ID.test(asked) && !SHA256.test(asked))
      throw badParameter("file", "file: is the SHA-256 of a file, or the number of an export", [
        "64 hexadecimal digits",
        "X-Export-Id of a download",
      ]);
    const wanted = asked ? (ID.test(asked) ? { id: asked } : { sha256: asked }) : {};
    const entries = await read(response, wanted);
    if (request.path.endsWith(".json")) return void response.json(entries);
    const { seesAll } = onlooker(response);
    sendPage(
      response,
      templates.exports,
      exportsPage(entries, asked, { ...shown(response), seesAll }),
    );
  });
  router.get("/exports/:id.json", async (request, response) => {
    response.json(await readOne(response, request.params.id));
  });
  router.get("/exports/:id", async (request, response) => {
    const entry = await readOne(response, request.params.id);
    sendPage(response, templates.export, exportPage(entry, shown(response)));
  });
  router.all(["/exports", "/exports.json", "/exports/:id.json", "/exports/:id"], onlyGet);
  return router;
}

/** The operators of the audit trail see everybody's. */
function onlooker(response: Response): Onlooker {
  const { viewer, means } = response.locals.authentication as Authentication;
  return {
    userId: viewer.id === EVERYTHING ? null : viewer.id,
    tokenId: means.kind === "token" ? means.id : null,
    seesAll: viewer.permissions.has("audit:view"),
  };
}
