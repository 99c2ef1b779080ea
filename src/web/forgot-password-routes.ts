import { type Response, Router } from "express";
import type pg from "pg";
import type { Logger } from "pino";
import { createAnswer } from "../access/forgotten-password.ts";
import { notFound } from "../errors.ts";
import type { Mailer } from "../mail/mailer.ts";
import type { Templates } from "../render/templates.ts";
import { actorOf } from "./authentication.ts";
import { type Entrance, refuse, tooMany } from "./entrance.ts";
import { field } from "./forms.ts";
import { onlyGetAndPost } from "./only.ts";
import { sendForm } from "./page.ts";

interface Options {
  pool: pg.Pool;
  templates: Templates;
  log: Logger;
  /** Undefined: no mails are sent, and the page does not exist. */
  mail: { mailer: Mailer; publicUrl: URL } | undefined;
  entrance: Pick<Entrance, "requirePasswords">;
}

/** `/forgot-password`: the same answer, as quickly, whoever asks for whomever. */
export function forgotPasswordRoutes({ pool, templates, log, mail, entrance }: Options): Router {
  const router = Router();
  if (!mail) {
    router.use("/forgot-password", () => {
      throw notFound("There is nothing at /forgot-password.");
    });
    return router;
  }
  const answer = createAnswer(pool, mail.mailer, mail.publicUrl);
  const show = (response: Response, model: object) => {
    const page = { title: "A new password", ...model };
    sendForm(response.set("Cache-Control", "no-store"), templates.forgotPassword, page);
  };

  router.use("/forgot-password", (_request, _response, next) => {
    entrance.requirePasswords();
    next();
  });

  router.get("/forgot-password", (_request, response) => show(response, {}));

  router.post("/forgot-password", async (request, response) => {
    const actor = actorOf(request, response);
    const { retryAfterSeconds, mailed } = await answer({ email: field(request, "email"), actor });
    mailed.catch((error) => log.error({ err: error }, "a link for a new password was not mailed"));
    if (retryAfterSeconds === 0) return show(response, { sent: true });
    refuse(response, { retryAfterSeconds });
    show(response, { problem: tooMany(retryAfterSeconds) });
  });

  router.all("/forgot-password", onlyGetAndPost);
  return router;
}
