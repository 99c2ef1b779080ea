import { type Request, type Response, Router } from "express";
import { ATTEMPT_SECONDS } from "../access/company/attempt.ts";
import type { CompanyOutcome, Reason } from "../access/company/sign-in.ts";
import { ProviderTrouble } from "../access/company/why-not.ts";
import { notFound } from "../errors.ts";
import type { Company } from "./company.ts";
import { type Entrance, refuse, tooMany } from "./entrance.ts";
import { isSecurePlace, type Place } from "./forms.ts";
import { localPath } from "./local-path.ts";
import { onlyGet } from "./only.ts";
import { cookieName } from "./sessions.ts";

interface Options {
  /** Undefined: the company has no accounts here, and the routes do not exist. */
  company: Company | undefined;
  entrance: Entrance;
  place: Place;
}

const AWAY = "The company's sign-in cannot be reached just now. Try again in a minute.";
const NOT_LET_IN =
  "Your company account works, but it does not open anything here. Ask whoever runs this service to let you in.";
const BEGIN_ANEW = "That took too long, or was begun in another window. Begin anew.";

/** Nobody hears whether they are unknown, inactive, or have an address that is not verified. */
const words: Record<Reason, string> = {
  provider_away: AWAY,
  provider_refused_service:
    "The company's sign-in does not accept this service just now. Tell whoever runs it.",
  provider_refused_person: "The company's sign-in did not let you through. Begin anew.",
  answer_not_valid: BEGIN_ANEW,
  not_begun_here: BEGIN_ANEW,
  took_too_long: BEGIN_ANEW,
  no_email: NOT_LET_IN,
  email_not_verified: NOT_LET_IN,
  unknown_person: NOT_LET_IN,
  inactive: NOT_LET_IN,
  other_account_linked: NOT_LET_IN,
};

/** `/sign-in/company`, by a link: a form could not lead to another site. `/sign-in/company/callback`, and back. */
export function companyRoutes({ company, entrance, place }: Options): Router {
  const router = Router();
  router.use(["/sign-in/company", "/sign-in/company/callback"], (request, _response, next) => {
    next(company ? undefined : notFound(`There is nothing at ${request.baseUrl}.`));
  });
  if (!company) return router;

  const isSecure = isSecurePlace(place);
  const name = cookieName("company", isSecure);
  const options = { httpOnly: true, sameSite: "lax", secure: isSecure, path: "/" } as const;
  const cookieOf = (request: Request) =>
    new RegExp(`(?:^|;) *${name}=([\\w.-]+)(?:;|$)`).exec(request.get("Cookie") ?? "")?.[1];

  const away = async (response: Response, next: string | undefined, problem = AWAY) => {
    response.status(503).set("Retry-After", "60");
    // The page says so itself while nothing is heard of the provider.
    await entrance.show(response, (await company.isThere()) ? { problem } : {}, next);
  };

  router.get("/sign-in/company", async (request, response) => {
    const next = localPath(new URL(request.url, "http://localhost").searchParams.get("next"));
    if (response.locals.authentication) return response.redirect(303, next ?? "/");
    try {
      const { url, cookie } = await company.begin(next);
      response.cookie(name, cookie, { ...options, maxAge: ATTEMPT_SECONDS * 1000 });
      response.set("Cache-Control", "no-store").redirect(303, url.href);
    } catch (error) {
      if (!(error instanceof ProviderTrouble)) throw error;
      await away(response, next);
    }
  });

  const fail = async (
    response: Response,
    outcome: Exclude<CompanyOutcome, { kind: "signed_in" }>,
  ) => {
    if (outcome.kind === "too_many") {
      refuse(response, outcome);
      return entrance.show(response, { problem: tooMany(outcome.retryAfterSeconds) }, undefined);
    }
    const { reason } = outcome;
    const next = localPath(outcome.next);
    if (reason === "provider_away" || reason === "provider_refused_service")
      return away(response, next, words[reason]);
    refuse(response, {});
    await entrance.show(response, { problem: words[reason] }, next);
  };

  router.get("/sign-in/company/callback", async (request, response) => {
    const cookie = cookieOf(request);
    // Somebody who went back to this address has what they came for.
    if (!cookie && response.locals.authentication) return response.redirect(303, "/");
    // Once, however it ends.
    response.clearCookie(name, options);
    const { search } = new URL(request.url, "http://localhost");
    const outcome = await company.finish({ search, cookie, address: request.ip ?? null });
    if (outcome.kind !== "signed_in") return fail(response, outcome);
    const { viewer } = outcome;
    const next = localPath(outcome.next);
    await entrance.enter(request, response, { viewer, next, details: { by: "company" } });
  });

  router.all(["/sign-in/company", "/sign-in/company/callback"], onlyGet);
  return router;
}
