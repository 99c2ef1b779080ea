import { createHash } from "node:crypto";
import connectPgSimple from "connect-pg-simple";
import session from "express-session";
import type pg from "pg";
import type { Logger } from "pino";
import { IDLE_SECONDS, LONGEST_SECONDS } from "../access/sessions.ts";

declare module "express-session" {
  interface SessionData {
    userId: string;
    /** Milliseconds since 1970. */
    signedInAt: number;
    address: string | null;
    /** What the browser calls itself. */
    agent: string;
  }
}

const PgStore = connectPgSimple(session);

/** What the table has of the id in the cookie. */
export const hashOf = (id: string): string => createHash("sha256").update(id).digest("base64url");

const TOUCH = `
  UPDATE ops.sessions
  SET seen_at = now(), expire = least(now() + $2 * interval '1 s', to_timestamp($3))
  WHERE sid = $1 AND seen_at < now() - interval '1 minute'`;

const unused = new WeakSet<object>();

/** Has the request that this was read for not count as use of the session. */
export const leaveUnused = (data: object): void => void unused.add(data);

/**
 * Sessions in `ops.sessions`. Only hashes of their ids are there, so that nobody signs in with what a backup holds. Using
 * a session defers its end, to the minute, and never brings back one that was ended meanwhile.
 */
export class SessionStore extends PgStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool, log: Logger) {
    super({
      pool,
      schemaName: "ops",
      tableName: "sessions",
      createTableIfMissing: false,
      ttl: IDLE_SECONDS,
      errorLog: (...parts: unknown[]) =>
        log.warn({ problem: parts.map(String).join(" ") }, "sessions"),
    });
    this.#pool = pool;
  }

  override get(id: string, done: Parameters<session.Store["get"]>[1]) {
    super.get(hashOf(id), done);
  }

  override set(id: string, data: session.SessionData, done?: (error?: unknown) => void) {
    super.set(hashOf(id), data, done);
  }

  override destroy(id: string, done?: (error?: unknown) => void) {
    super.destroy(hashOf(id), done);
  }

  override touch(id: string, data: session.SessionData, done: () => void = () => {}) {
    if (unused.has(data)) return done();
    const latest = (data.signedInAt ?? 0) / 1000 + LONGEST_SECONDS;
    // Where it fails, the session ends earlier; the answer does not depend on it.
    this.#pool.query(TOUCH, [hashOf(id), IDLE_SECONDS, latest]).then(done, () => done());
  }
}
