import type { Request, Response } from "express";
import type pg from "pg";
import { recordEvent } from "../access/audit.ts";
import { demoPeople } from "../access/demo-people.ts";
import type { Viewer } from "../access/viewer.ts";
import { TidemarkError } from "../errors.ts";
import type { Templates } from "../render/templates.ts";
import { actorOf } from "./authentication.ts";
import { sendForm } from "./page.ts";
import { beginSession } from "./sessions.ts";

/** The sign-in page, and the way in from there, by whatever means. */
export interface Entrance {
  /** @param model what the page says beside its forms  @param next local path to go on to */
  show(response: Response, model: object, next: string | undefined): Promise<void>;
  /** Begins somebody's session. @param details for the audit trail */
  enter(
    request: Request,
    response: Response,
    entry: { viewer: Viewer; next: string | undefined; details: Record<string, unknown> },
  ): Promise<void>;
  /** Whether passwords count at all. */
  hasPasswords: boolean;
  /** @throws TidemarkError `passwords_off` where only company accounts count */
  requirePasswords(): void;
}

interface Options {
  pool: pg.Pool;
  templates: Templates;
  /** Undefined: the company has no accounts here. */
  company: { isThere(): Promise<boolean>; isOnlyWay: boolean } | undefined;
  /** Whether links for a new password can be mailed. */
  hasMail: boolean;
}

export function createEntrance({ pool, templates, company, hasMail }: Options): Entrance {
  const hasPasswords = company?.isOnlyWay !== true;
  return {
    hasPasswords,

    async show(response, model, next) {
      response.set("Cache-Control", "no-store");
      const [people, isThere] = await Promise.all([
        hasPasswords ? demoPeople(pool) : [],
        company?.isThere(),
      ]);
      sendForm(response, templates.signIn, {
        title: "Sign in",
        people,
        next,
        hasPasswords,
        hasMail,
        hasOtherWays: company !== undefined || people.length > 0,
        company: company && { isThere, query: next && `?next=${encodeURIComponent(next)}` },
        ...model,
      });
    },

    async enter(request, response, { viewer, next, details }) {
      const { address } = actorOf(request, response);
      const actor = { userId: viewer.id, name: viewer.name, means: "session" as const, address };
      await recordEvent(pool, { kind: "sign_in", actor, details });
      await beginSession(request, viewer.id);
      response.redirect(303, next ?? "/");
    },

    requirePasswords() {
      if (!hasPasswords)
        throw new TidemarkError(
          "passwords_off",
          403,
          "Passwords are switched off here: sign in with your company account.",
        );
    },
  };
}

/** Says on the sign-in page that somebody did not get in: 401, or 429 where they are to wait. */
export function refuse(response: Response, outcome: { retryAfterSeconds?: number }): void {
  const { retryAfterSeconds } = outcome;
  if (retryAfterSeconds === undefined)
    response.status(401).set("WWW-Authenticate", 'Bearer realm="Tidemark"');
  else response.status(429).set("Retry-After", String(retryAfterSeconds));
}

export const tooMany = (retryAfterSeconds: number): string =>
  `Too many attempts from this network. Try again in ${Math.ceil(retryAfterSeconds / 60)} minutes.`;
