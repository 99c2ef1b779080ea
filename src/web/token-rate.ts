import type { Response } from "express";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { TidemarkError } from "../errors.ts";

/** Counts a request of a token. @throws TidemarkError `too_many_requests` */
export type CountRequest = (tokenId: string, response: Response) => Promise<void>;

/**
 * How often programs may ask, each by its token. Counted in this process: where several share the work, each lets so many
 * through.
 * @param most requests in a minute; 0: any number
 */
export function tokenRate(most: number): CountRequest {
  if (most === 0) return async () => {};
  const limiter = new RateLimiterMemory({ points: most, duration: 60 });
  return async (tokenId, response) => {
    try {
      await limiter.consume(tokenId);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      response.set("Retry-After", String(Math.ceil(refused.msBeforeNext / 1000)));
      throw new TidemarkError(
        "too_many_requests",
        429,
        `This token has asked ${most} times within a minute, which is as often as it may.`,
      );
    }
  };
}
