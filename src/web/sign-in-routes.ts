import { type RequestHandler, Router } from "express";
import type pg from "pg";
import { recordEvent } from "../access/audit.ts";
import { demoPeople } from "../access/demo-people.ts";
import { createSignIn } from "../access/sign-in.ts";
import { readViewer } from "../access/viewer.ts";
import { notFound } from "../errors.ts";
import { actorOf } from "./authentication.ts";
import { type Entrance, refuse, tooMany } from "./entrance.ts";
import { field } from "./forms.ts";
import { localPath } from "./local-path.ts";
import { onlyGetAndPost, onlyPost } from "./only.ts";
import { clearBrowser, endSession } from "./sessions.ts";

interface Options {
  pool: pg.Pool;
  entrance: Entrance;
}

const REFUSED =
  "That e-mail address and password do not fit, or failed too often. After ten wrong passwords an account is locked for a quarter of an hour.";

const PASSWORD_SAVED = "Your password is saved. Sign in with it.";

/** Without the demo's data, nobody signs in by a click: the route does not exist. */
export const demoOnly =
  (pool: pg.Pool): RequestHandler =>
  async (_request, _response, next) => {
    if ((await demoPeople(pool)).length === 0) throw notFound("There is nothing at /sign-in/demo.");
    next();
  };

/** `/sign-in`, `/sign-in/demo`, `/sign-out`. */
export function signInRoutes({ pool, entrance }: Options): Router {
  const router = Router();
  const signIn = createSignIn(pool);

  router.get("/sign-in", async (request, response) => {
    const query = new URL(request.url, "http://localhost").searchParams;
    const next = localPath(query.get("next"));
    if (response.locals.authentication) return response.redirect(303, next ?? "/");
    const done = query.get("done") === "password" ? PASSWORD_SAVED : undefined;
    await entrance.show(response, { done }, next);
  });

  router.post("/sign-in", async (request, response) => {
    entrance.requirePasswords();
    const email = field(request, "email");
    const next = localPath(field(request, "next"));
    const { address } = actorOf(request, response);
    const outcome = await signIn({ email, password: field(request, "password"), address });
    if (outcome.kind === "signed_in") {
      const { viewer } = outcome;
      return entrance.enter(request, response, { viewer, next, details: {} });
    }
    const isTooMany = outcome.kind === "too_many";
    refuse(response, isTooMany ? outcome : {});
    const problem = isTooMany ? tooMany(outcome.retryAfterSeconds) : REFUSED;
    await entrance.show(response, { email, problem }, next);
  });

  router.post("/sign-in/demo", async (request, response) => {
    entrance.requirePasswords();
    const key = field(request, "person");
    const person = (await demoPeople(pool)).find((one) => one.key === key);
    const viewer = person && (await readViewer(pool, person.userId));
    if (!viewer) throw notFound(`There is nobody "${key}" in the demo.`);
    const next = localPath(field(request, "next"));
    await entrance.enter(request, response, { viewer, next, details: { demo: true } });
  });

  router.post("/sign-out", async (request, response) => {
    await recordEvent(pool, { kind: "sign_out", actor: actorOf(request, response) });
    await endSession(request);
    clearBrowser(response).redirect(303, "/sign-in");
  });

  router.all("/sign-in", onlyGetAndPost);
  router.all(["/sign-in/demo", "/sign-out"], onlyPost);
  return router;
}
