import type { RequestHandler } from "express";

/**
 * Where the service is reached over TLS, every request came that way, whether or not the proxy that ends it says so, or
 * is one whose word counts.
 */
export const overTls: RequestHandler = (request, _response, next) => {
  Object.defineProperty(request, "protocol", { value: "https" });
  next();
};
