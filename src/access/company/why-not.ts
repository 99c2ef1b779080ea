import {
  AuthorizationResponseError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from "openid-client";

/** What the audit trail says of somebody whom the provider did not vouch for. */
export type ProviderFailure =
  | "provider_away"
  /** It does not know this service, or forbids what it asks: for the operator to mend. */
  | "provider_refused_service"
  /** Its own page let nobody through: a wrong password, going back, an account that it keeps out. */
  | "provider_refused_person"
  /** Used twice, too late, for another attempt, or tampered with. */
  | "answer_not_valid";

const AWAY = new Set(["OAUTH_TIMEOUT", "OAUTH_ABORT", "OAUTH_RESPONSE_IS_NOT_CONFORM"]);
const AWAY_IN_WORDS = new Set(["server_error", "temporarily_unavailable"]);
const OF_THE_PERSON = new Set([
  "access_denied",
  "login_required",
  "interaction_required",
  "consent_required",
  "account_selection_required",
]);

/** The provider did not say who somebody is; the cause says more, for the log. */
export class ProviderTrouble extends Error {
  readonly reason: ProviderFailure;

  constructor(reason: ProviderFailure, cause: unknown) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** Gives errors of openid-client their reason. @throws ProviderTrouble */
export function explain(error: unknown): never {
  throw new ProviderTrouble(whyNot(error), error);
}

function whyNot(error: unknown): ProviderFailure {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    if (AWAY_IN_WORDS.has(error.error)) return "provider_away";
    if (OF_THE_PERSON.has(error.error)) return "provider_refused_person";
    return error.error === "invalid_grant" ? "answer_not_valid" : "provider_refused_service";
  }
  // A secret that it does not take.
  if (error instanceof WWWAuthenticateChallengeError) return "provider_refused_service";
  if (AWAY.has((error as { code?: string }).code ?? "") || isNetwork(error)) return "provider_away";
  return "answer_not_valid";
}

/** `fetch` says no more than this, with the reason as its cause. */
const isNetwork = (error: unknown) =>
  error instanceof TypeError && error.message === "fetch failed";

/** What of an error may be logged: nothing that was sent beyond the provider's own words for what is wrong. */
export function briefly(error: unknown): Record<string, unknown> {
  const { message, code, error: word, error_description, cause } = error as Record<string, unknown>;
  const { code: causeCode, message: causeMessage } = (cause ?? {}) as Record<string, unknown>;
  const description = String(error_description ?? "").slice(0, 200) || undefined;
  return {
    problem: message,
    code,
    error: word,
    description,
    ...(cause instanceof Error && { cause: causeCode ?? causeMessage }),
  };
}
