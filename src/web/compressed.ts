import compression from "compression";
import type { RequestHandler } from "express";

/**
 * Pages, styles and scripts go out compressed, as most of them is said again and again. Not downloads, whose last byte
 * says that they are complete, nor what a page hears of changes through, which must not wait for a block to fill.
 */
export const compressed = (): RequestHandler =>
  compression({
    level: 4,
    filter: (_request, response) =>
      /^text\/(html|css|javascript)\b/.test(String(response.getHeader("Content-Type"))),
  });
