import type { Request, Response } from "express";
import { USUAL_LANGUAGE } from "../access/language.ts";
import type { Authentication } from "./authentication.ts";

/** How numbers and dates are written for whoever asks: as they have chosen, or as their browser asks. */
export function languageOf(response: Response): string {
  const { viewer } = (response.locals.authentication ?? {}) as Partial<Authentication>;
  return viewer?.language ?? askedFor(response.req) ?? USUAL_LANGUAGE;
}

// A header may ask for what does not exist, or is no tag at all.
const askedFor = (request: Request): string | undefined =>
  request.acceptsLanguages().find((tag) => {
    try {
      return tag !== "*" && Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
    } catch {
      return false;
    }
  });
