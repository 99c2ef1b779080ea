import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import express, { type Request, type RequestHandler, type Response } from "express";
import { TidemarkError } from "../errors.ts";
import type { Authentication } from "./authentication.ts";
import { cookieName } from "./sessions.ts";

/** The hidden field that every form carries. */
export const FORM_TOKEN = "form_token";

const LARGEST = "32kb";
// What each of many roles permits is one form.
const MOST_FIELDS = 1000;
const ONLY_READ = new Set(["GET", "HEAD", "OPTIONS"]);

/** Where the service is reached, for forms to come from there. */
export interface Place {
  /** Such as https://reports.example.com; undefined: whatever host the request names. */
  publicUrl: URL | undefined;
}

/**
 * Lets a form through only when a page of ours sent it: by where the browser says that it comes from, and by a token
 * that other sites cannot read. Programs sign in anew with every request, and need none.
 * @throws from the handler: TidemarkError `bad_form`
 */
export function formGuard(place: Place): RequestHandler {
  const read = express.urlencoded({
    extended: false,
    limit: LARGEST,
    parameterLimit: MOST_FIELDS,
  });
  return (request, response, next) => {
    const { authentication, isForAnybody } = response.locals as {
      authentication?: Authentication;
      isForAnybody?: boolean;
    };
    const byToken = authentication?.means.kind === "token";
    const isForm = !ONLY_READ.has(request.method) && !byToken;
    if (!isForm || !(authentication || isForAnybody)) return next();
    if (isFromElsewhere(request, place)) throw fromElsewhere();
    read(request, response, (error) => {
      if (error) return next(error);
      const expected = tokenOf(request, place);
      const isOurs = expected !== undefined && isSame(field(request, FORM_TOKEN), expected);
      next(isOurs ? undefined : outdated());
    });
  };
}

/** A field of the form that was sent; empty where there is none, or several. */
export function field(request: Request, name: string): string {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  return typeof value === "string" ? value.replaceAll("\0", "") : "";
}

/** All values of a field that may be sent several times, such as ticked boxes. */
export function fieldValues(request: Request, name: string): string[] {
  const value: unknown = (request.body as Record<string, unknown> | undefined)?.[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one) => typeof one === "string" && one !== "") as string[];
}

/** What this visitor's forms carry. A visitor who has not signed in gets a cookie to bind it to. */
export function formToken(request: Request, response: Response, place: Place): string {
  const known = tokenOf(request, place);
  if (known !== undefined) return known;
  const isSecure = isSecurePlace(place);
  const value = randomBytes(24).toString("base64url");
  response.cookie(cookieName("visitor", isSecure), value, {
    httpOnly: true,
    sameSite: "lax",
    secure: isSecure || request.secure,
    path: "/",
  });
  return derive(value);
}

/** Where this request has reached the service, for links that lead back. */
export function ownAddress(request: Request): URL | string {
  const { publicUrl } = request.app.locals.place as Place;
  return publicUrl ?? `${request.protocol}://${request.host}`;
}

export const isSecurePlace = ({ publicUrl }: Place): boolean => publicUrl?.protocol === "https:";

function tokenOf(request: Request, place: Place): string | undefined {
  if (request.session?.userId) return derive(request.sessionID);
  const name = cookieName("visitor", isSecurePlace(place));
  const visitor = new RegExp(`(?:^|;) *${name}=([\\w-]{32})(?:;|$)`);
  const [, value] = visitor.exec(request.get("Cookie") ?? "") ?? [];
  return value && derive(value);
}

/** Tells nothing of the cookie that it belongs to. */
const derive = (cookie: string) =>
  createHmac("sha256", cookie).update("tidemark form").digest("base64url");

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Browsers say where a form comes from, old ones by its origin; what says nothing has to show the token all the same. */
function isFromElsewhere(request: Request, { publicUrl }: Place): boolean {
  const site = request.get("Sec-Fetch-Site");
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const origin = request.get("Origin");
  if (origin === undefined) return false;
  const here = publicUrl?.host ?? request.host;
  return !URL.canParse(origin) || new URL(origin).host !== here;
}

const fromElsewhere = () =>
  new TidemarkError("bad_form", 403, "This form was sent from another site, and nothing was done.");

const outdated = () =>
  new TidemarkError(
    "bad_form",
    403,
    "This form has become too old, and nothing was done. Go back, reload the page, and send it again.",
  );
