import compression from "compression";
import type { RequestHandler } from "express";

/** What programs can ask is JSON as downloads are, but said again and again as pages are. */
const DOCUMENT = "/openapi.json";

/**
 * Pages, styles and scripts go out compressed, as most of them is said again and again. Not downloads, whose last byte
 * says that they are complete, nor what a page hears of changes through, which must not wait for a block to fill.
 */
export const compressed = (): RequestHandler =>
  compression({
    level: 4,
    filter: (request, response) =>
      request.originalUrl === DOCUMENT ||
      /^text\/(html|css|javascript)\b/.test(String(response.getHeader("Content-Type"))),
  });
