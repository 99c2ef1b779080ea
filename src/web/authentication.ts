import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, Response } from "express";
import type pg from "pg";
import type { Actor } from "../access/audit.ts";
import { recallToken } from "../access/token.ts";
import type { NoteRefusal } from "../access/token-refusal.ts";
import { readViewer, serviceViewer, type Viewer } from "../access/viewer.ts";
import type { Moment, Standstill } from "../db/standstill.ts";
import { EVERYTHING } from "../db/transaction.ts";
import { notSignedIn } from "../errors.ts";
import { type AddressToken, takeAddressToken } from "./address-token.ts";
import { hashOf } from "./session-store.ts";
import { endSession, type ReadSession } from "./sessions.ts";
import type { CountRequest } from "./token-rate.ts";

/** Who a request is from, and how that is known. */
export interface Authentication {
  viewer: Viewer;
  /** By a token, or by a session, whose id is the one in the table. */
  means: { kind: "token"; id: string } | { kind: "session"; id: string };
}

export interface AuthenticationOptions {
  pool: pg.Pool;
  /** Opens /metrics, also while the database is away. */
  metricsToken: string | undefined;
  /** Whether downloads take tokens in their address. */
  addressTokens: boolean;
  readSession: ReadSession;
  noteRefusal: NoteRefusal;
  countRequest: CountRequest;
  standstill: Standstill;
}

const scraper: Authentication = {
  viewer: serviceViewer("metrics", ["status:view"]),
  means: { kind: "token", id: "TIDEMARK_METRICS_TOKEN" },
};

/** In the same time, wherever they differ. */
const isSame = (token: string, expected: string | undefined) =>
  expected !== undefined && timingSafeEqual(digest(token), digest(expected));

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Finds out who asks, for `viewerOf` and `actorOf`; nobody, when nobody says.
 * @throws TidemarkError `not_signed_in` for a token that is not valid, whatever else there is to go by
 */
export async function authenticate(
  request: Request,
  response: Response,
  options: AuthenticationOptions,
): Promise<void> {
  const { metricsToken } = options;
  const inAddress = takeAddressToken(request);
  const token = tokenOf(request);
  // A token that is sent counts alone.
  if (token === undefined && inAddress) return byAddress(request, response, inAddress, options);
  if (token === undefined) return bySession(request, response, options);
  if (request.path === "/metrics" && isSame(token, metricsToken)) {
    response.locals.authentication = scraper;
    return;
  }
  return byToken(request, response, { token }, options);
}

/** A token in an address opens the downloads of its one report, where the operator allows it. */
async function byAddress(
  request: Request,
  response: Response,
  { token, report }: AddressToken,
  options: AuthenticationOptions,
): Promise<void> {
  if (!options.addressTokens)
    throw notSignedIn(
      "Tokens in addresses are switched off here. Send one in a header, Authorization: Bearer …, or have TIDEMARK_ADDRESS_TOKENS set to on.",
    );
  // No report has this name: what is not a download, no such token opens.
  return byToken(request, response, { token, report: report ?? "" }, options);
}

/** @param sent a token of a header, or of the address of a report */
async function byToken(
  request: Request,
  response: Response,
  { token, report }: { token: string; report?: string },
  { pool, noteRefusal, countRequest, standstill }: AuthenticationOptions,
): Promise<void> {
  const moment = await standstill();
  response.locals.moment = moment;
  const used = await recallToken(pool, moment, token, report);
  if (!used) {
    await noteRefusal(token, actorOf(request, response));
    throw notSignedIn(
      "This token is unknown, is not for this address, has expired, or was revoked.",
    );
  }
  const authentication: Authentication = {
    viewer: used.viewer,
    means: { kind: "token", id: used.id },
  };
  response.locals.authentication = authentication;
  await countRequest(used.id, response);
}

/** The person is read each time: what they may do, and whether they may at all, counts as it is now. */
async function bySession(
  request: Request,
  response: Response,
  { pool, readSession }: AuthenticationOptions,
): Promise<void> {
  await readSession(request, response);
  const { userId } = request.session;
  if (!userId) return;
  const viewer = await readViewer(pool, userId);
  if (!viewer) return endSession(request);
  const authentication: Authentication = {
    viewer,
    means: { kind: "session", id: hashOf(request.sessionID) },
  };
  response.locals.authentication = authentication;
}

/** Who asks, as the audit trail has it. */
export function actorOf(request: Request, response: Response): Actor {
  const authentication = response.locals.authentication as Authentication | undefined;
  const address = request.ip ?? null;
  if (!authentication) return { userId: null, name: "nobody known", means: "none", address };
  const { viewer, means } = authentication;
  return {
    userId: viewer.id === EVERYTHING ? null : viewer.id,
    name: viewer.name,
    means: means.kind,
    address,
  };
}

/** The moment at which a token was looked up, for what else is to be known of it. */
export const momentOf = (response: Response): Moment | undefined => response.locals.moment;

/** Who asks. @throws TidemarkError `not_signed_in` */
export function viewerOf(response: Response): Viewer {
  const authentication = response.locals.authentication as Authentication | undefined;
  if (!authentication) throw notSignedIn("Sign in first.");
  return authentication.viewer;
}

/** Who asks with a browser, and by which session. @throws TidemarkError `not_signed_in`, also for a token */
export function sessionOf(response: Response): { viewer: Viewer; sessionId: string } {
  const authentication = response.locals.authentication as Authentication | undefined;
  if (authentication?.means.kind !== "session")
    throw notSignedIn("This is for people: sign in with a browser.");
  return { viewer: authentication.viewer, sessionId: authentication.means.id };
}

/** `Bearer <token>`, or Basic with the token as password, for clients that know nothing else. */
function tokenOf(request: Request): string | undefined {
  const header = request.get("Authorization");
  if (header === undefined) return undefined;
  const [, scheme = "", value = ""] = /^(\S+)\s+(\S+)$/.exec(header) ?? [];
  if (scheme.toLowerCase() === "bearer") return value;
  if (scheme.toLowerCase() === "basic")
    return Buffer.from(value, "base64")
      .toString()
      .replace(/^[^:]*:/, "");
  return "";
}
