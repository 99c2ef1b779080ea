import { type RequestHandler, Router } from "express";
import type { Viewer } from "../access/viewer.ts";
import { notFound, notPermitted } from "../errors.ts";
import { type AuthenticationOptions, authenticate, viewerOf } from "./authentication.ts";
import { type Need, type Rule, routeTable } from "./route-table.ts";

/** Lets a request through to its route when whoever asks has what the table says it needs. */
export function guard(
  options: AuthenticationOptions,
  table: readonly Rule[] = routeTable,
): RequestHandler {
  const router = Router({ strict: true, caseSensitive: true });
  for (const { path, needs } of table)
    router.all(path, async (request, response, next) => {
      // A probe is answered whoever sends it, also while the database is away.
      if (needs !== "nothing") {
        await authenticate(request, response, options);
        if (needs === "anybody") response.locals.isForAnybody = true;
        else check(needs, viewerOf(response));
      }
      next("router");
    });
  router.use((request) => {
    throw notFound(`There is nothing at ${request.path}.`);
  });
  return router;
}

function check(needs: Exclude<Need, "nothing" | "anybody">, viewer: Viewer) {
  if (needs === "sign-in") return;
  for (const alternatives of needs)
    if (!alternatives.some((one) => viewer.permissions.has(one))) throw notPermitted(alternatives);
}
