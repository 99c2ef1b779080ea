import { createHash } from "node:crypto";
import type { Response } from "express";
import { sectionsFor } from "../render/admin/sections.ts";
import type { Template } from "../render/templates.ts";
import type { Authentication } from "./authentication.ts";
import { formToken, type Place } from "./forms.ts";
import { languageOf } from "./language.ts";

/** What the frame of every page shows of whoever reads it. */
interface Frame {
  /** How the page's scripts write numbers and times. */
  language: string;
  person?: {
    name: string;
    email: string | null;
    canSignOut: boolean;
    seesStatus: boolean;
    administers: boolean;
  };
  formToken?: string;
}

const placeOf = (response: Response): Place => response.app.locals.place as Place;

function frameOf(response: Response): Frame {
  const authentication = response.locals.authentication as Authentication | undefined;
  const language = languageOf(response);
  if (!authentication) return { language };
  const { viewer, means } = authentication;
  const canSignOut = means.kind === "session";
  return {
    language,
    person: {
      name: viewer.name,
      email: viewer.email,
      canSignOut,
      seesStatus: viewer.permissions.has("status:view"),
      administers: sectionsFor(viewer).length > 0,
    },
    ...(canSignOut && { formToken: tokenFor(response) }),
  };
}

const tokenFor = (response: Response) => formToken(response.req, response, placeOf(response));

/** A page in the frame of whoever asks. */
export const pageHtml = (response: Response, template: Template, model: object): string =>
  template({ ...model, ...frameOf(response) });

/** Sends it. Its forms carry `{{> form-token}}`. */
export function sendPage(response: Response, template: Template, model: object): void {
  response.type("html").send(pageHtml(response, template, model));
}

/** The same, for a page with a form for somebody who has not signed in. */
export function sendForm(response: Response, template: Template, model: object): void {
  sendPage(response, template, { ...model, formToken: tokenFor(response) });
}

/** Tells frames apart: a page that a browser keeps is no longer right when its frame has changed. */
export function frameTag(response: Response): string {
  const authentication = response.locals.authentication as Authentication | undefined;
  const { id, permissions = [] } = authentication?.viewer ?? {};
  const text = JSON.stringify([frameOf(response), id, [...permissions]]);
  return createHash("sha256").update(text).digest("base64url").slice(0, 12);
}
