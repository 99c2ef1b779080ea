import { type Response, Router } from "express";
import type pg from "pg";
import { LONGEST, SHORTEST } from "../access/credentials.ts";
import { findLinkOwner, useLink } from "../access/password-link.ts";
import { TidemarkError } from "../errors.ts";
import type { Templates } from "../render/templates.ts";
import { actorOf } from "./authentication.ts";
import type { Entrance } from "./entrance.ts";
import { field } from "./forms.ts";
import { onlyGetAndPost } from "./only.ts";
import { sendForm } from "./page.ts";

interface Options {
  pool: pg.Pool;
  templates: Templates;
  entrance: Entrance;
}

/** `/set-password`, where a link leads. Opening it uses nothing up: mail programs do so by themselves. */
export function setPasswordRoutes({ pool, templates, entrance }: Options): Router {
  const router = Router();
  const show = async (response: Response, token: string, model: object = {}) => {
    const { email } = await findLinkOwner(pool, token);
    const rules = { shortest: SHORTEST, longest: LONGEST };
    const page = { title: "Choose a password", email, link: token, ...rules, ...model };
    sendForm(response.set("Cache-Control", "no-store"), templates.setPassword, page);
  };

  router.use("/set-password", (_request, _response, next) => {
    entrance.requirePasswords();
    next();
  });

  router.get("/set-password", async (request, response) => {
    const query = new URL(request.url, "http://localhost").searchParams;
    await show(response, query.get("link") ?? "");
  });

  router.post("/set-password", async (request, response) => {
    const token = field(request, "link");
    const { address } = actorOf(request, response);
    try {
      await useLink(pool, token, field(request, "password"), address);
    } catch (error) {
      if (!(error instanceof TidemarkError) || error.code !== "bad_password") throw error;
      return show(response.status(400), token, { problem: error.message });
    }
    response.redirect(303, "/sign-in?done=password");
  });

  router.all("/set-password", onlyGetAndPost);
  return router;
}
