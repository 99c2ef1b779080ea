import type pg from "pg";
import { verifyPassword } from "./argon2.ts";
import { accountKey, addressKey, failuresByAccount, failuresByAddress } from "./attempts.ts";
import { recordEvent } from "./audit.ts";
import { findCredentials, renewHash } from "./credentials.ts";
import { readViewer, type Viewer } from "./viewer.ts";

export interface SignInAttempt {
  email: string;
  password: string;
  /** Network address that it comes from. */
  address: string | null;
}

export type SignInOutcome =
  | { kind: "signed_in"; viewer: Viewer }
  /** The account is unknown, locked or inactive, or the password wrong: nobody hears which. */
  | { kind: "refused" }
  | { kind: "too_many"; retryAfterSeconds: number };

export type SignIn = (attempt: SignInAttempt) => Promise<SignInOutcome>;

/**
 * Signing in with e-mail and password. Every attempt is counted before it is looked at, so that many at once are no more
 * guesses than one after the other; it does the same work and leaves the same traces whether the account exists or not.
 */
export function createSignIn(pool: pg.Pool): SignIn {
  const byAccount = failuresByAccount(pool);
  const byAddress = failuresByAddress(pool);

  return async ({ email, password, address }) => {
    const [account, network] = [accountKey(email), addressKey(address)];
    const retryAfterSeconds = await byAddress.count(network);
    if (retryAfterSeconds > 0) return { kind: "too_many", retryAfterSeconds };
    const isLocked = (await byAccount.count(account)) > 0;
    const found = await findCredentials(pool, email.trim());
    const { matches, isOutdated } = await verifyPassword(password, found?.hash);
    const viewer = await readViewer(pool, found?.userId ?? NOBODY);
    if (!viewer || !found || !matches || isLocked) {
      await recordFailure(pool, email, address);
      return { kind: "refused" };
    }
    await byAccount.forget(account);
    await byAddress.takeBack(network);
    if (isOutdated) await renewHash(pool, found, password);
    return { kind: "signed_in", viewer };
  };
}

/** Asked for when there is nobody, so that the same is asked. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

const recordFailure = (pool: pg.Pool, email: string, address: string | null) =>
  recordEvent(pool, {
    kind: "sign_in_failed",
    actor: { userId: null, name: "nobody known", means: "none", address },
    // What is no address may be a password in the wrong field.
    subject: email.includes("@") ? email.trim().slice(0, 200) : "not an e-mail address",
  });
