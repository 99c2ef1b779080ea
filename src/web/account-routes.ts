import { type Request, type Response, Router } from "express";
import type pg from "pg";
import { readAccount } from "../access/account.ts";
import { verifyPassword } from "../access/argon2.ts";
import { accountKey, failuresByAccount } from "../access/attempts.ts";
import { recordEvent } from "../access/audit.ts";
import { changePassword, findCredentials } from "../access/credentials.ts";
import { chooseLanguage } from "../access/language.ts";
import { endSessions, sessionsOf } from "../access/sessions.ts";
import { inTransaction } from "../db/transaction.ts";
import { TidemarkError } from "../errors.ts";
import { accountPage } from "../render/account-page.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor } from "../reports/load.ts";
import { actorOf, sessionOf } from "./authentication.ts";
import type { Entrance } from "./entrance.ts";
import { field } from "./forms.ts";
import { onlyGet, onlyPost } from "./only.ts";
import { sendPage } from "./page.ts";
import { beginSession, clearBrowser } from "./sessions.ts";

interface Options {
  pool: pg.Pool;
  catalogue: Catalogue;
  templates: Templates;
  timeZone: string;
  entrance: Entrance;
}

const DONE: Record<string, string> = {
  password: "Your password is changed, and you are signed out everywhere else.",
  language: "Numbers and dates are written like this from now on.",
};

/** `/account`: who one is, where one is signed in, one's password. */
export function accountRoutes({ pool, catalogue, templates, timeZone, entrance }: Options): Router {
  const router = Router();
  const failures = failuresByAccount(pool);

  const show = async (response: Response, model: object) => {
    const { viewer, sessionId } = sessionOf(response);
    const [account, sessions] = await Promise.all([
      readAccount(pool, viewer.id),
      sessionsOf(pool, viewer.id),
    ]);
    const visible = catalogueFor(viewer, catalogue);
    const moment = { timeZone, now: new Date() };
    const makesTokens = viewer.permissions.has("token:create");
    const page = { account, sessions, current: sessionId, catalogue: visible, ...moment };
    response.set("Cache-Control", "no-store");
    const { hasPasswords } = entrance;
    const { language } = viewer;
    const shown = { ...accountPage({ ...page, language }), hasPasswords, makesTokens };
    sendPage(response, templates.account, { ...shown, ...model });
  };

  router.get("/account", async (request, response) => {
    const done = new URL(request.url, "http://localhost").searchParams.get("done") ?? "";
    await show(response, { done: Object.hasOwn(DONE, done) ? DONE[done] : undefined });
  });

  router.post("/account/sign-out-everywhere", async (request, response) => {
    const { viewer } = sessionOf(response);
    await inTransaction(pool, async (client) => {
      const count = await endSessions(client, viewer.id);
      const actor = actorOf(request, response);
      await recordEvent(client, { kind: "sign_out_everywhere", actor, details: { count } });
    });
    clearBrowser(response).redirect(303, "/sign-in");
  });

  /** Whoever found the browser open must not guess at leisure: this counts as signing in does. */
  const requireCurrent = async (request: Request, email: string) => {
    const isLocked = (await failures.count(accountKey(email))) > 0;
    const found = await findCredentials(pool, email);
    const { matches } = await verifyPassword(field(request, "current"), found?.hash);
    if (isLocked || !matches)
      throw new TidemarkError("wrong_password", 403, "That is not your present password.");
  };

  router.post("/account/password", async (request, response) => {
    entrance.requirePasswords();
    const { viewer } = sessionOf(response);
    const email = viewer.email ?? "";
    try {
      await requireCurrent(request, email);
      const password = field(request, "password");
      const actor = actorOf(request, response);
      await changePassword(pool, { userId: viewer.id, email, password, actor });
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.status >= 500) throw error;
      return show(response.status(error.status), { problem: error.message });
    }
    await beginSession(request, viewer.id);
    response.redirect(303, "/account?done=password");
  });

  router.post("/account/language", async (request, response) => {
    const language = field(request, "language") || undefined;
    await chooseLanguage(pool, sessionOf(response).viewer.id, language);
    response.redirect(303, "/account?done=language");
  });

  router.all("/account", onlyGet);
  router.all(["/account/password", "/account/language", "/account/sign-out-everywhere"], onlyPost);
  return router;
}
