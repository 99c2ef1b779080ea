import type { RequestHandler } from "express";
import type { Logger } from "pino";

/** Every few seconds, all day long. */
const ASKED_BY_MACHINES = new Set(["/healthz", "/readyz", "/metrics"]);
/** For as long as a page is open, and again whenever somebody comes back to it. */
const OPEN_PAGES = /^\/reports\/[^/]+\/changes$/;

/** One line for each request when it is over; the path only, because a query string may hold names. */
export const requestLog =
  (log: Logger): RequestHandler =>
  (request, response, next) => {
    const start = performance.now();
    const { method, path } = request;
    response.once("close", () => {
      const quiet =
        path.startsWith("/assets/") || ASKED_BY_MACHINES.has(path) || OPEN_PAGES.test(path);
      log[quiet ? "debug" : "info"](
        {
          method,
          path,
          status: response.statusCode,
          milliseconds: Math.round(performance.now() - start),
          complete: response.writableFinished,
        },
        "request",
      );
    });
    next();
  };
