import * as oidc from "openid-client";
import type { CompanySettings } from "../../config.ts";
import type { Attempt } from "./attempt.ts";
import { explain } from "./why-not.ts";

/** The company's OpenID Connect provider as it has described itself. */
export type Provider = oidc.Configuration;

const TIMEOUT_SECONDS = 10;

/** Whom the provider has let in. */
export interface CompanyAccount {
  issuer: string;
  subject: string;
  /** Asked of the provider only when it is needed. @throws ProviderTrouble */
  readEmail(): Promise<{ email: string | undefined; isVerified: boolean }>;
}

/** Asks the provider where its parts are. @throws ProviderTrouble when it is away, or is not what the settings say */
export function discover(settings: CompanySettings): Promise<Provider> {
  const { issuer, clientId, clientSecret } = settings;
  const authentication = clientSecret === undefined ? oidc.None() : bySecret(clientSecret);
  // What is signed comes straight from the provider and need not be checked; but it costs nothing, and TLS may end anywhere.
  const execute = [oidc.enableNonRepudiationChecks];
  if (issuer.protocol === "http:") execute.push(oidc.allowInsecureRequests);
  return oidc
    .discovery(issuer, clientId, {}, authentication, { timeout: TIMEOUT_SECONDS, execute })
    .catch(explain);
}

/** The way that providers must know unless they say otherwise, or else the other one. */
const bySecret =
  (secret: string): oidc.ClientAuth =>
  (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const way = ways.includes("client_secret_basic")
      ? oidc.ClientSecretBasic(secret)
      : oidc.ClientSecretPost(secret);
    return way(server, ...rest);
  };

/** Where the browser is sent to. */
export async function askAddress(
  provider: Provider,
  { state, nonce, verifier }: Attempt,
  redirectUrl: URL,
): Promise<URL> {
  return oidc.buildAuthorizationUrl(provider, {
    redirect_uri: redirectUrl.href,
    scope: "openid email",
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
}

/**
 * Turns the answer that the browser brought into whom it is about.
 * @param answer the redirect address with the provider's parameters
 * @throws ProviderTrouble
 */
export async function askWho(
  provider: Provider,
  { state, nonce, verifier }: Attempt,
  answer: URL,
): Promise<CompanyAccount> {
  const tokens = await oidc
    .authorizationCodeGrant(provider, answer, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    .catch(explain);
  const claims = tokens.claims() as oidc.IDToken;
  return {
    issuer: claims.iss,
    subject: claims.sub,
    async readEmail() {
      const asksMore = claims.email === undefined && provider.serverMetadata().userinfo_endpoint;
      const { email, email_verified } = asksMore
        ? await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub).catch(explain)
        : claims;
      return {
        email: typeof email === "string" ? email : undefined,
        // Some send the word.
        isVerified: email_verified === true || email_verified === "true",
      };
    },
  };
}
