import type { Request, RequestHandler, Response } from "express";
import session from "express-session";
import type pg from "pg";
import type { Logger } from "pino";
import { leaveUnused, SessionStore } from "./session-store.ts";
import { isUnattended } from "./unattended.ts";

export interface SessionOptions {
  pool: pg.Pool;
  log: Logger;
  /** Whether people reach the service over TLS. */
  isSecure: boolean;
}

/** Reads the session that a request's cookie names, if there is one, into `request.session`. */
export type ReadSession = (request: Request, response: Response) => Promise<void>;

/** With the prefix, browsers take the cookie only from this very host, over TLS. */
export const cookieName = (name: string, isSecure: boolean): string =>
  `${isSecure ? "__Host-" : ""}tidemark_${name}`;

export function createSessions({ pool, log, isSecure }: SessionOptions): ReadSession {
  const handler: RequestHandler = session({
    store: new SessionStore(pool, log),
    name: cookieName("session", isSecure),
    // The library insists on signing. The id is 192 random bits of which only the hash is kept: a signature guards
    // nothing more, and a secret of its own would have to be made, shared between processes, and kept.
    secret: "not a secret",
    resave: false,
    saveUninitialized: false,
    // Without an age, the cookie goes with the browser; the session itself ends in the database.
    cookie: { httpOnly: true, sameSite: "lax", secure: isSecure || "auto", path: "/" },
  });
  return async (request, response) => {
    await new Promise<void>((resolve, reject) => {
      handler(request, response, (error) => (error ? reject(error) : resolve()));
    });
    if (isUnattended(request)) leaveUnused(request.session);
  };
}

/** Begins a session under a new id, so that nobody can have set it before. */
export async function beginSession(request: Request, userId: string): Promise<void> {
  await once((done) => request.session.regenerate(done));
  Object.assign(request.session, {
    userId,
    signedInAt: Date.now(),
    address: request.ip ?? null,
    agent: (request.get("User-Agent") ?? "").slice(0, 300),
  });
  await once((done) => request.session.save(done));
}

/** Ends the session of this request. */
export const endSession = (request: Request): Promise<void> =>
  once((done) => request.session.destroy(done));

/** What the browser keeps of the pages goes when somebody signs out. */
export const clearBrowser = (response: Response): Response =>
  response.set("Clear-Site-Data", '"cache"');

const once = (start: (done: (error?: unknown) => void) => void) =>
  new Promise<void>((resolve, reject) => {
    start((error) => (error ? reject(error) : resolve()));
  });
