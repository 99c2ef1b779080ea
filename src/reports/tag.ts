import { createHash } from "node:crypto";

/** What decides an answer, byte for byte. */
export interface TagParts {
  /** Code, templates and reports: whoever answers the same way has the same. */
  edition: string;
  /** Whose rows these are, and who asks: nobody is served by what another has. */
  scope: string;
  slug: string;
  /** The form of the answer: its format, and what belongs to it. */
  form: readonly (string | undefined)[];
  /** What the address asks for, without what is said by `days`. */
  query: URLSearchParams;
  /** The days that the period has come to, where the answer depends on them. */
  days: unknown;
  /** Settings and states outside the data. */
  circumstances: unknown;
  /** The version of the data. */
  versions: string;
}

/**
 * A weak ETag that stays while nothing that decides the answer changes. Weak, because proxies may compress the answer.
 * It is made without the answer, so that a client that has it need not wait for it to be made again.
 */
export function tagOf({ query, ...parts }: TagParts): string {
  const asked = [...query].filter(([, value]) => value !== "");
  asked.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const text = JSON.stringify([parts, asked]);
  return `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
}
