import type { RequestHandler } from "express";
import { TidemarkError } from "../errors.ts";

/** Answers 405 where only reading is possible. */
export const onlyGet: RequestHandler = (request, response) => {
  response.set("Allow", "GET, HEAD");
  throw new TidemarkError(
    "method_not_allowed",
    405,
    `${request.method} is not possible here, only GET.`,
    { allowed: ["GET", "HEAD"] },
  );
};
