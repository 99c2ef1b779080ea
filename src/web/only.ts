import type { RequestHandler } from "express";
import { TidemarkError } from "../errors.ts";

/** Answers 405 where only these methods are possible. */
const only =
  (methods: readonly string[], words: string): RequestHandler =>
  (request, response) => {
    response.set("Allow", methods.join(", "));
    throw new TidemarkError(
      "method_not_allowed",
      405,
      `${request.method} is not possible here, only ${words}.`,
      { allowed: methods },
    );
  };

/** Answers 405 where only reading is possible. */
export const onlyGet = only(["GET", "HEAD"], "GET");

/** Answers 405 where there is a form but no page. */
export const onlyPost = only(["POST"], "POST");

/** Answers 405 where there is a page with a form. */
export const onlyGetAndPost = only(["GET", "HEAD", "POST"], "GET and POST");
