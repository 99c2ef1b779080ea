import type { RequestHandler } from "express";

/** What a page elsewhere may read: rows, and what is said of them; never a page, and never with its cookies. */
const OPEN =
  /^\/(reports\/[^/]+\.(csv|json|ndjson|xlsx)|exports(\/[^/]+)?\.json|openapi\.json|status\.json)$/;

const EXPOSED = [
  "Content-Disposition",
  "ETag",
  "Retry-After",
  "X-Data-As-Of",
  "X-Export-Id",
  "X-Row-Count",
];

/**
 * Lets scripts of these origins, and of no others, read what they have a token for. Browsers keep everybody else's scripts
 * from it.
 * @param origins such as https://dash.example.com, each as browsers send it
 */
export function cors(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins);
  return (request, response, next) => {
    if (allowed.size === 0 || !OPEN.test(request.path)) return next();
    response.vary("Origin");
    const origin = request.get("Origin");
    if (origin === undefined || !allowed.has(origin)) return next();
    response.set("Access-Control-Allow-Origin", origin);
    response.set("Access-Control-Expose-Headers", EXPOSED.join(", "));
    if (request.method !== "OPTIONS") return next();
    // What a browser asks before it sends the token; it comes without one.
    response.set({
      "Access-Control-Allow-Methods": "GET, HEAD",
      "Access-Control-Allow-Headers": "Authorization, If-None-Match",
      "Access-Control-Max-Age": "600",
    });
    response.status(204).end();
  };
}
