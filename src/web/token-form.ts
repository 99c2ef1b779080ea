import type { Request, Response } from "express";
import type pg from "pg";
import { issueToken, readExpiry, readScopes } from "../access/token-issue.ts";
import type { Viewer } from "../access/viewer.ts";
import { TidemarkError } from "../errors.ts";
import type { TokenForm, TokenPage } from "../render/token-page.ts";
import { actorOf } from "./authentication.ts";
import { field, fieldValues } from "./forms.ts";

/** What a page of tokens shows after its form was sent: the token, or what is wrong. */
export type Outcome = Pick<TokenPage, "form"> & Partial<Pick<TokenPage, "made" | "problems">>;

/**
 * Makes the token that a form asks for.
 * @param owner null: a service's
 * @returns what the page is to show, with its status set, never kept by anybody
 */
export async function makeToken(
  pool: pg.Pool,
  request: Request,
  response: Response,
  { owner, empty }: { owner: Viewer | null; empty: TokenForm },
): Promise<Outcome> {
  response.set("Cache-Control", "no-store");
  const form = {
    name: field(request, "name").trim(),
    scopes: fieldValues(request, "scope"),
    expires: field(request, "expires"),
  };
  try {
    const { token } = await issueToken(pool, {
      name: form.name,
      owner,
      scopes: readScopes(form.scopes),
      expiresAt: readExpiry(form.expires),
      actor: actorOf(request, response),
    });
    return { form: empty, made: { name: form.name, token } };
  } catch (error) {
    if (!(error instanceof TidemarkError) || error.code !== "bad_parameter") throw error;
    response.status(error.status);
    return { form, problems: { [error.parameter ?? "name"]: error.message } };
  }
}
