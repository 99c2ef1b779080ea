import { createHmac, randomBytes } from "node:crypto";

/** Signing in at the provider may take so long, with a second factor and a forgotten password. */
export const ATTEMPT_SECONDS = 15 * 60;
/** What a cookie can hold beside the rest. */
const LONGEST_NEXT = 2000;

/** Somebody who is on their way to the provider and back. */
export interface Attempt {
  /** Comes back with them: the answer is to this attempt. */
  state: string;
  /** Comes back in what the provider signs: it was said for this attempt. */
  nonce: string;
  /** Shown to the provider in the end: whoever catches the answer on its way cannot use it. */
  verifier: string;
  /** Local path to go on to. */
  next: string | undefined;
  /** Milliseconds since 1970. */
  startedAt: number;
}

/** Begins an attempt. @returns it, and the cookie by which the browser has it again */
export function beginAttempt(next: string | undefined, now: Date) {
  const kept = next === undefined || next.length > LONGEST_NEXT ? "" : next;
  const seed = randomBytes(32).toString("base64url");
  const cookie = [seed, now.getTime(), Buffer.from(kept).toString("base64url")].join(".");
  return { attempt: attemptOf(cookie) as Attempt, cookie };
}

/**
 * What a cookie says. Nobody needs to sign it: all is derived from its random beginning, and the state also from when it
 * began and where it leads, so that an answer belongs only to the cookie as it was sent.
 */
export function attemptOf(cookie: string | undefined): Attempt | undefined {
  const [, seed, startedAt, next] = /^([\w-]{43})\.(\d{1,15})\.([\w-]*)$/.exec(cookie ?? "") ?? [];
  if (seed === undefined || next === undefined) return undefined;
  const derive = (text: string) => createHmac("sha256", seed).update(text).digest("base64url");
  return {
    state: derive(`state ${startedAt} ${next}`),
    nonce: derive("nonce"),
    verifier: derive("verifier"),
    next: Buffer.from(next, "base64url").toString() || undefined,
    startedAt: Number(startedAt),
  };
}

export const hasExpired = ({ startedAt }: Attempt, now: Date): boolean =>
  now.getTime() - startedAt > ATTEMPT_SECONDS * 1000;
