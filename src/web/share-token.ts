import type { RequestHandler, Response } from "express";
import { readFile } from "./formats.ts";

/**
 * Takes what opens a shared report out of its path, `/shared/<token>.csv`, before anything is logged: routes know it as
 * `/shared/-.csv`. The address as it was asked for is still in `originalUrl`, to come back to after signing in.
 */
export const hideShareToken: RequestHandler = (request, response, next) => {
  const [, start, file, query = ""] = SHARED.exec(request.url) ?? [];
  if (file !== undefined) {
    const { slug: token, ending } = readFile(file);
    response.locals.shareToken = token;
    request.url = `${start}-${ending ? `.${ending}` : ""}${query}`;
  }
  next();
};

// Whatever stands below this path may be one, also when the address was not copied well.
const SHARED = /^(\/+shared\/+)([^?]*)(\?.*)?$/i;

export const shareTokenOf = (response: Response): string => response.locals.shareToken ?? "";

/** Where the report of a link is, and its downloads. */
export const sharedPath = (token: string, ending?: string): string =>
  ending === undefined ? `/shared/${token}` : `/shared/${token}.${ending}`;
