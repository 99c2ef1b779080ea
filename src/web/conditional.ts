import type { Request, Response } from "express";
import type { Freshness } from "../reports/freshness.ts";
import type { Known, Unchanged } from "../reports/known.ts";

const TAG = /(?:W\/)?"[^"]*"|\*/g;

/**
 * What the client says it has. Not left to Express's `request.fresh`, which also wants to see the finished answer, and
 * turns down whoever sends `Cache-Control: no-cache` along, as Node's fetch does: they ask the origin, and here it is.
 */
export function knownTo(request: Request): Known {
  const tags = request.get("If-None-Match")?.match(TAG) ?? [];
  // Compared weakly: the same rows, however they are compressed.
  const opaque = new Set(tags.map(bare));
  return { has: (tag) => opaque.has(bare(tag)), anything: opaque.has("*") };
}

const bare = (tag: string): string => tag.replace(/^W\//, "");

/** Says which version an answer is, and that it is to be asked about before it is used again. */
export function setVersion(
  response: Response,
  { tag, freshness }: { tag: string | undefined; freshness: Freshness },
): void {
  // Nothing to vary by: the address alone decides the form, and whose rows they are is part of the tag.
  response.set("Cache-Control", "private, no-cache");
  response.set("X-Data-As-Of", freshness.asOf);
  if (tag) response.set("ETag", tag);
}

/** 304, with the instant as of which the answer that the client has still holds. */
export function sendUnchanged(response: Response, unchanged: Unchanged): void {
  setVersion(response, unchanged);
  response.status(304).end();
}
