import type pg from "pg";
import type { Logger } from "pino";
import type { CompanySettings } from "../../config.ts";
import { addressKey, failuresByAddress } from "../attempts.ts";
import { recordEvent } from "../audit.ts";
import { readViewer, type Viewer } from "../viewer.ts";
import { attemptOf, beginAttempt, hasExpired } from "./attempt.ts";
import { type Linking, linkByEmail, linkedPerson } from "./identities.ts";
import { askAddress, askWho, type CompanyAccount, type Provider } from "./provider.ts";
import { briefly, type ProviderFailure, ProviderTrouble } from "./why-not.ts";

export interface CompanyReturn {
  /** What the provider appended to the redirect address. */
  search: string;
  /** The attempt's cookie. */
  cookie: string | undefined;
  /** Network address that it comes from. */
  address: string | null;
}

export type CompanyOutcome =
  | { kind: "signed_in"; viewer: Viewer; next: string | undefined }
  | { kind: "failed"; reason: Reason; next: string | undefined }
  | { kind: "too_many"; retryAfterSeconds: number };

/** Why somebody is not let in: for the audit trail, not for them. */
export type Reason =
  | ProviderFailure
  | "not_begun_here"
  | "took_too_long"
  | "no_email"
  | "email_not_verified"
  | Extract<Linking, { reason: unknown }>["reason"];

interface Failure {
  reason: Reason;
  /** Who they say they are. */
  email?: string;
}

type Decision = { viewer: Viewer } | Failure;

export interface CompanySignIn {
  /** @returns where to send the browser, and the cookie to give it. @throws ProviderTrouble */
  begin(next: string | undefined): Promise<{ url: URL; cookie: string }>;
  finish(answer: CompanyReturn): Promise<CompanyOutcome>;
}

interface Options {
  pool: pg.Pool;
  settings: CompanySettings;
  /** The provider, or an error while it is away. */
  findProvider: () => Promise<Provider>;
  log: Logger;
  now: () => Date;
}

/**
 * Signing in with the company's account. The first time, the verified e-mail address says who it is; from then on only the
 * provider's own key of the account does.
 */
export function createCompanySignIn(options: Options): CompanySignIn {
  const { pool, settings, findProvider, log, now } = options;
  const byAddress = failuresByAddress(pool);

  const provider = () =>
    findProvider().catch((error) => {
      throw new ProviderTrouble("provider_away", error);
    });

  /** @throws ProviderTrouble */
  const vouchedFor = async ({
    search,
    cookie,
  }: CompanyReturn): Promise<CompanyAccount | "not_begun_here" | "took_too_long"> => {
    const attempt = attemptOf(cookie);
    const answer = new URL(settings.redirectUrl);
    answer.search = search;
    if (!attempt || answer.searchParams.get("state") !== attempt.state) return "not_begun_here";
    if (hasExpired(attempt, now())) return "took_too_long";
    return askWho(await provider(), attempt, answer);
  };

  /** @throws ProviderTrouble */
  const personOf = async (account: CompanyAccount, address: string | null): Promise<Decision> => {
    const linked = await linkedPerson(pool, account);
    if (linked) return decided(linked.userId, linked.email);
    const { email, isVerified } = await account.readEmail();
    if (email === undefined) return { reason: "no_email" };
    if (!isVerified) return { reason: "email_not_verified", email };
    const { issuer, subject } = account;
    const linking = await linkByEmail(pool, { issuer, subject, email, address });
    if ("reason" in linking) return { reason: linking.reason, email };
    return decided(linking.userId, email);
  };

  const decided = async (userId: string, email: string): Promise<Decision> => {
    const viewer = await readViewer(pool, userId);
    return viewer ? { viewer } : { reason: "inactive", email };
  };

  const decide = async (answer: CompanyReturn): Promise<Decision> => {
    try {
      const account = await vouchedFor(answer);
      return typeof account === "string"
        ? { reason: account }
        : await personOf(account, answer.address);
    } catch (error) {
      if (!(error instanceof ProviderTrouble)) throw error;
      const { reason, cause } = error;
      log.warn({ reason, ...briefly(cause) }, "company sign-in failed");
      return { reason };
    }
  };

  return {
    async begin(next) {
      const { attempt, cookie } = beginAttempt(next, now());
      const url = await askAddress(await provider(), attempt, settings.redirectUrl);
      return { url, cookie };
    },
    async finish(answer) {
      const network = addressKey(answer.address);
      const retryAfterSeconds = await byAddress.count(network);
      if (retryAfterSeconds > 0) return { kind: "too_many", retryAfterSeconds };
      const next = attemptOf(answer.cookie)?.next;
      const decision = await decide(answer);
      if ("reason" in decision) {
        await recordFailure(pool, decision, answer.address);
        return { kind: "failed", reason: decision.reason, next };
      }
      await byAddress.takeBack(network);
      return { kind: "signed_in", viewer: decision.viewer, next };
    },
  };
}

const recordFailure = (
  pool: pg.Pool,
  { reason, email }: Failure,
  address: string | null,
): Promise<void> =>
  recordEvent(pool, {
    kind: "sign_in_failed",
    actor: { userId: null, name: "nobody known", means: "none", address },
    ...(email !== undefined && { subject: email.slice(0, 200) }),
    details: { by: "company", reason },
  });
