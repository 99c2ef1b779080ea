import { extname } from "node:path";
import type { ErrorRequestHandler, Request } from "express";
import type { Logger } from "pino";
import { TidemarkError } from "../errors.ts";
import { navigation } from "../render/navigation.ts";
import type { Templates } from "../render/templates.ts";
import { type Catalogue, catalogueFor } from "../reports/load.ts";
import type { Authentication } from "./authentication.ts";
import { localPath, signInPath } from "./local-path.ts";
import { sendPage } from "./page.ts";
import { isUnattended } from "./unattended.ts";

interface Options {
  catalogue: Catalogue;
  templates: Templates;
  log: Logger;
}

/** Turns what was thrown into one JSON shape or one page. Never a stack trace, never a half answer. */
export function errorResponses({ catalogue, templates, log }: Options): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    if (response.closed) return;
    const error = explain(thrown);
    const authentication = response.locals.authentication as Authentication | undefined;
    if (error.status >= 500) log.error({ err: thrown, path: request.path }, error.message);
    // Once rows are on their way, only a broken connection tells that they are not all.
    if (response.headersSent) return void response.destroy();
    response
      .status(error.status)
      .set("Cache-Control", "no-store")
      .removeHeader("Content-Disposition");
    if (error.status === 503) response.set("Retry-After", "10");
    if (error.status === 401) response.set("WWW-Authenticate", 'Bearer realm="Tidemark"');
    const { code, message, parameter, allowed } = error;
    if (isForPrograms(request)) {
      response.json({ error: { code, message, parameter, allowed } });
      return;
    }
    if (error.status === 401) {
      const isRead = request.method === "GET" || request.method === "HEAD";
      return response.redirect(
        303,
        signInPath(isRead ? localPath(request.originalUrl) : undefined),
      );
    }
    sendPage(response, templates.error, {
      title: titleOf(error.status),
      message,
      // A permission is nothing to choose from.
      allowed: error.status === 403 ? undefined : allowed,
      isForbidden: error.status === 403,
      brokenView: response.locals.brokenView,
      navigation: authentication ? navigation(catalogueFor(authentication.viewer, catalogue)) : [],
      back: new URL(request.originalUrl, "http://localhost").pathname,
      isAtFault: error.status < 500 && ![401, 403, 404, 410, 429].includes(error.status),
    });
  };
}

/** A page is for whoever has no token in hand; with one, only for whoever asks for HTML. */
const isForPrograms = (request: Request) =>
  [".json", ".ndjson", ".csv"].includes(extname(request.path)) ||
  request.path === "/metrics" ||
  isUnattended(request) ||
  (request.get("Authorization") !== undefined && !request.get("Accept")?.includes("text/html"));

function titleOf(status: number): string {
  if (status === 404 || status === 410) return "Nothing here";
  if (status === 401) return "Not signed in";
  if (status === 403) return "Not permitted";
  if (status < 500) return "That cannot be shown";
  return status === 503 ? "Not available just now" : "Something went wrong";
}

const UNREACHABLE = new Set(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOTFOUND", "ENOENT"]);

function explain(thrown: unknown): TidemarkError {
  if (thrown instanceof TidemarkError) return thrown;
  const {
    code = "",
    status,
    message = "",
  } = (thrown ?? {}) as {
    code?: string;
    status?: number;
    message?: string;
  };
  const isAway =
    UNREACHABLE.has(code) ||
    /^(08|53|57P)/.test(code) ||
    /timeout exceeded|Connection term/.test(message);
  if (isAway)
    return new TidemarkError(
      "database_unreachable",
      503,
      "The database cannot be reached just now.",
    );
  if (status === 413)
    return new TidemarkError("too_large", 413, "This is more than can be sent here at once.");
  if (status === 400 || status === 415)
    return new TidemarkError("bad_request", 400, "The address or what was sent cannot be read.");
  return new TidemarkError(
    "internal",
    500,
    "Something went wrong on our side. It has been logged.",
  );
}
