import type { Request } from "express";

/** What the script of a page sends along when it asks by itself. */
const HEADER = "Tidemark-Unattended";

/**
 * Whether an open page asks by itself: for a stream of events, or for what has changed. Nobody need be there, so a session
 * is not used by it, and a refusal leads nobody to a page.
 */
export const isUnattended = (request: Request): boolean =>
  request.get(HEADER) !== undefined || request.get("Accept") === "text/event-stream";
