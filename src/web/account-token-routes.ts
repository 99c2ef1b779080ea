import { type Response, Router } from "express";
import type pg from "pg";
import { listTokens, revokeToken } from "../access/token-list.ts";
import { navigation } from "../render/navigation.ts";
import type { Templates } from "../render/templates.ts";
import { EMPTY_FORM, type TokenPage, tokenPage } from "../render/token-page.ts";
import { type Catalogue, catalogueFor } from "../reports/load.ts";
import { actorOf, sessionOf } from "./authentication.ts";
import { onlyGetAndPost, onlyPost } from "./only.ts";
import { sendPage } from "./page.ts";
import { makeToken, type Outcome } from "./token-form.ts";

interface Options {
  pool: pg.Pool;
  catalogue: Catalogue;
  templates: Templates;
  timeZone: string;
  now: () => Date;
}

const PATH = "/account/tokens";

/** `/account/tokens`: one's own tokens. For people only: no token makes another. */
export function accountTokenRoutes(options: Options): Router {
  const { pool, catalogue, templates, timeZone, now } = options;
  const router = Router();

  const show = async (response: Response, outcome: Outcome & Pick<TokenPage, "done">) => {
    const { viewer } = sessionOf(response);
    const tokens = await listTokens(pool, viewer.id);
    const page = { tokens, owner: viewer, timeZone, now: now(), ...outcome };
    response.set("Cache-Control", "no-store");
    sendPage(response, templates.accountTokens, {
      title: "API tokens",
      isAccount: true,
      navigation: navigation(catalogueFor(viewer, catalogue)),
      ...tokenPage(page, { action: PATH, showsOwner: false }),
    });
  };

  router.get(PATH, async (request, response) => {
    const isDone = new URL(request.url, "http://localhost").searchParams.get("done") === "revoked";
    const done = isDone ? "Revoked. It is refused from now on." : undefined;
    await show(response, { form: EMPTY_FORM, done });
  });

  router.post(PATH, async (request, response) => {
    const { viewer } = sessionOf(response);
    const making = { owner: viewer, empty: EMPTY_FORM };
    await show(response, await makeToken(pool, request, response, making));
  });

  router.post(`${PATH}/:id/revoke`, async (request, response) => {
    const { viewer } = sessionOf(response);
    await revokeToken(pool, request.params.id, actorOf(request, response), viewer.id);
    response.redirect(303, `${PATH}?done=revoked`);
  });

  router.all(PATH, onlyGetAndPost);
  router.all(`${PATH}/:id/revoke`, onlyPost);
  return router;
}
