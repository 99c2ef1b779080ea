import type { RequestHandler } from "express";
import type { Courtesy } from "../exports/courtesy.ts";

const DOWNLOAD = /\.(csv|json|ndjson|xlsx)$/;

/** Has exports wait while anything else is being answered; not for streams of events, which have no end. */
export const pageFirst =
  (courtesy: Courtesy): RequestHandler =>
  (request, response, next) => {
    const isStream = request.get("Accept") === "text/event-stream";
    if (!isStream && !DOWNLOAD.test(request.path)) response.once("close", courtesy.beginPage());
    next();
  };
