import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import type pg from "pg";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";

/** Wrong passwords for one account, and from one address, within a quarter of an hour. */
export const MOST_PER_ACCOUNT = 10;
export const MOST_PER_ADDRESS = 100;

const QUARTER_OF_AN_HOUR = 15 * 60;

/** Counts attempts of one kind, in the database, so that all processes count together. */
export interface Limit {
  /** Counts one more. @returns seconds to wait when that is too many, otherwise 0 */
  count(key: string): Promise<number>;
  /** Takes one back. */
  takeBack(key: string): Promise<void>;
  /** Begins anew. */
  forget(key: string): Promise<void>;
}

/** @param kind what is counted  @param most so many within that time are let through */
export function createLimit(
  pool: pg.Pool,
  kind: string,
  most: number,
  seconds = QUARTER_OF_AN_HOUR,
): Limit {
  const limiter = new RateLimiterPostgres({
    storeClient: pool,
    storeType: "pool",
    schemaName: "ops",
    tableName: "attempts",
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: kind,
    points: most,
    duration: seconds,
  });
  return {
    async count(key) {
      try {
        await limiter.consume(key);
        return 0;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return Math.ceil(refusal.msBeforeNext / 1000);
        throw refusal;
      }
    },
    async takeBack(key) {
      await limiter.reward(key);
    },
    async forget(key) {
      await limiter.delete(key);
    },
  };
}

/** Wrong passwords by account: for signing in, and where somebody has to show theirs once more. */
export const failuresByAccount = (pool: pg.Pool): Limit =>
  createLimit(pool, "sign-in account", MOST_PER_ACCOUNT);

export const failuresByAddress = (pool: pg.Pool): Limit =>
  createLimit(pool, "sign-in address", MOST_PER_ADDRESS);

/** Unlocks an account. */
export const forgetFailures = (pool: pg.Pool, email: string): Promise<void> =>
  failuresByAccount(pool).forget(accountKey(email));

/** An account as it is counted, whether it exists or not: no list of addresses comes about. */
export const accountKey = (email: string): string =>
  createHash("sha256").update(email.trim().toLowerCase()).digest("base64url");

/** A network address as it is counted: whoever has an IPv6 address has 64 bits of them. */
export function addressKey(address: string | null): string {
  if (address === null) return "unknown";
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address.replace("::ffff:", "");
  const [head = "", tail] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array(zeros).fill("0"), ...right].slice(0, 4).join(":");
}
