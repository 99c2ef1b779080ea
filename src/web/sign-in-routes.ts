import { type Request, type RequestHandler, type Response, Router } from "express";
import type pg from "pg";
import { recordEvent } from "../access/audit.ts";
import { demoPeople } from "../access/demo-people.ts";
import { createSignIn } from "../access/sign-in.ts";
import { readViewer, type Viewer } from "../access/viewer.ts";
import { notFound } from "../errors.ts";
import type { Templates } from "../render/templates.ts";
import { actorOf } from "./authentication.ts";
import { field } from "./forms.ts";
import { localPath } from "./local-path.ts";
import { onlyGetAndPost, onlyPost } from "./only.ts";
import { sendForm } from "./page.ts";
import { beginSession, clearBrowser, endSession } from "./sessions.ts";

interface Options {
  pool: pg.Pool;
  templates: Templates;
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
export function signInRoutes({ pool, templates }: Options): Router {
  const router = Router();
  const signIn = createSignIn(pool);

  const show = async (response: Response, model: object, next: string | undefined) => {
    response.set("Cache-Control", "no-store");
    const people = await demoPeople(pool);
    sendForm(response, templates.signIn, { title: "Sign in", people, next, ...model });
  };

  const enter = async (
    request: Request,
    response: Response,
    viewer: Viewer,
    details: Record<string, unknown>,
  ) => {
    const { address } = actorOf(request, response);
    const actor = { userId: viewer.id, name: viewer.name, means: "session" as const, address };
    await recordEvent(pool, { kind: "sign_in", actor, details });
    await beginSession(request, viewer.id);
    response.redirect(303, localPath(field(request, "next")) ?? "/reports");
  };

  router.get("/sign-in", async (request, response) => {
    const query = new URL(request.url, "http://localhost").searchParams;
    const next = localPath(query.get("next"));
    if (response.locals.authentication) return response.redirect(303, next ?? "/reports");
    const done = query.get("done") === "password" ? PASSWORD_SAVED : undefined;
    await show(response, { done }, next);
  });

  router.post("/sign-in", async (request, response) => {
    const email = field(request, "email");
    const next = localPath(field(request, "next"));
    const { address } = actorOf(request, response);
    const outcome = await signIn({ email, password: field(request, "password"), address });
    if (outcome.kind === "signed_in") return enter(request, response, outcome.viewer, {});
    if (outcome.kind === "too_many")
      response.status(429).set("Retry-After", String(outcome.retryAfterSeconds));
    else response.status(401).set("WWW-Authenticate", 'Bearer realm="Tidemark"');
    const problem =
      outcome.kind === "too_many"
        ? `Too many attempts from this network. Try again in ${Math.ceil(outcome.retryAfterSeconds / 60)} minutes.`
        : REFUSED;
    await show(response, { email, problem }, next);
  });

  router.post("/sign-in/demo", async (request, response) => {
    const key = field(request, "person");
    const person = (await demoPeople(pool)).find((one) => one.key === key);
    const viewer = person && (await readViewer(pool, person.userId));
    if (!viewer) throw notFound(`There is nobody "${key}" in the demo.`);
    await enter(request, response, viewer, { demo: true });
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
