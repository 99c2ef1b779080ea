import { type Response, Router } from "express";
import { listTokens, revokeToken } from "../../access/token-list.ts";
import { EMPTY_FORM, type TokenPage, tokenPage } from "../../render/token-page.ts";
import { actorOf, sessionOf } from "../authentication.ts";
import { onlyGetAndPost, onlyPost } from "../only.ts";
import { makeToken, type Outcome } from "../token-form.ts";
import { doneOf } from "./done.ts";
import type { AdminOptions } from "./options.ts";
import { sendAdminPage } from "./page.ts";

const PATH = "/admin/tokens";
/** Not reports, unless asked for: a service sees all rows. */
const EMPTY = { ...EMPTY_FORM, scopes: [] };

/** `/admin/tokens`: everybody's tokens, and those of services. For people only. */
export function tokenRoutes({ pool, templates, catalogue, timeZone, now }: AdminOptions): Router {
  const router = Router();

  const show = async (response: Response, outcome: Outcome & Pick<TokenPage, "done">) => {
    sessionOf(response);
    const tokens = await listTokens(pool);
    const page = { tokens, owner: null, timeZone, now: now(), ...outcome };
    sendAdminPage(response, templates.adminTokens, catalogue, {
      title: "API tokens",
      ...tokenPage(page, { action: PATH, showsOwner: true }),
    });
  };

  router.get(PATH, (request, response) => show(response, { form: EMPTY, done: doneOf(request) }));

  router.post(PATH, async (request, response) => {
    sessionOf(response);
    const making = { owner: null, empty: EMPTY };
    await show(response, await makeToken(pool, request, response, making));
  });

  router.post(`${PATH}/:id/revoke`, async (request, response) => {
    sessionOf(response);
    await revokeToken(pool, request.params.id, actorOf(request, response));
    response.redirect(303, `${PATH}?done=revoked`);
  });

  router.all(PATH, onlyGetAndPost);
  router.all(`${PATH}/:id/revoke`, onlyPost);
  return router;
}
