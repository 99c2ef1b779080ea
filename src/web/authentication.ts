import { createHash, timingSafeEqual } from "node:crypto";
import type { Request, Response } from "express";
import type pg from "pg";
import type { Actor } from "../access/audit.ts";
import { useToken } from "../access/token.ts";
import { serviceViewer, type Viewer } from "../access/viewer.ts";
import { EVERYTHING } from "../db/transaction.ts";
import { notSignedIn } from "../errors.ts";

/** Who a request is from, and how that is known. */
export interface Authentication {
  viewer: Viewer;
  means: { kind: "token"; id: string } | { kind: "session"; id: string };
}

export interface AuthenticationOptions {
  pool: pg.Pool;
  /** Opens /metrics, also while the database is away. */
  metricsToken: string | undefined;
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
  { pool, metricsToken }: AuthenticationOptions,
): Promise<void> {
  const token = tokenOf(request);
  if (token === undefined) return;
  if (request.path === "/metrics" && isSame(token, metricsToken)) {
    response.locals.authentication = scraper;
    return;
  }
  const used = await useToken(pool, token);
  if (!used) throw notSignedIn("This token is unknown, has expired, or was revoked.");
  const authentication: Authentication = {
    viewer: used.viewer,
    means: { kind: "token", id: used.id },
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

/** Who asks. @throws TidemarkError `not_signed_in` */
export function viewerOf(response: Response): Viewer {
  const authentication = response.locals.authentication as Authentication | undefined;
  if (!authentication) throw notSignedIn("Sign in first.");
  return authentication.viewer;
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
