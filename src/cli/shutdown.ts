import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../log.ts";

/** One terminal key press may arrive twice, directly and through npm: only a later one counts as the second. */
const ONE_PRESS_MS = 500;

const END_START_MS = 10_000;

/** Thrown to end a start-up that was interrupted. */
export class Interrupted extends Error {}

export interface Closing {
  /** Aborted when somebody asks a second time. */
  hurry: AbortSignal;
}

export interface Shutdown {
  /** Aborted, with `Interrupted`, at the first SIGINT, SIGTERM or SIGHUP. */
  requested: AbortSignal;
  /**
   * Registers a part that has started; parts close in reverse order.
   * @throws Interrupted when the shutdown has begun; the part is closed then
   */
  add(part: string, close: (closing: Closing) => Promise<void>): Promise<void>;
  /**
   * Closes everything. Never rejects: a part that fails to close is logged, and the next one closes.
   * @param starting the start-up, which ends by itself once what it used is closed
   */
  run(starting: Promise<unknown>): Promise<void>;
}

/** Listens for the signals that end the service, and ends its parts in order. */
export function createShutdown(log: Log): Shutdown {
  const parts: { part: string; close: (closing: Closing) => Promise<void> }[] = [];
  const request = new AbortController();
  const hurry = new AbortController();
  let begun = false;
  let firstAt: number | undefined;
  const receive = (signal: string) => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      log.info({ signal }, "stopping");
      request.abort(new Interrupted());
    } else if (Date.now() - firstAt > ONE_PRESS_MS) {
      hurry.abort();
    }
  };
  // SIGHUP: the terminal was closed.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, receive);

  const closeOne = async (part: string, close: (closing: Closing) => Promise<void>) => {
    try {
      await close({ hurry: hurry.signal });
      log.info(`${part} stopped`);
    } catch (error) {
      log.error({ err: error }, `${part} did not stop cleanly`);
    }
  };

  return {
    requested: request.signal,
    async add(part, close) {
      if (begun) {
        await closeOne(part, close);
        throw new Interrupted();
      }
      parts.push({ part, close });
    },
    async run(starting) {
      begun = true;
      for (const { part, close } of parts.reverse()) await closeOne(part, close);
      await atMost(
        END_START_MS,
        starting.catch(() => {}),
        { hurry: hurry.signal },
      );
    },
  };
}

/** Rejects as soon as the signal is aborted, with its reason. */
export const whenAborted = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

/** Waits for `work`, but no longer than `ms`, nor once somebody hurries. @returns whether it was done in time */
export async function atMost(ms: number, work: Promise<unknown>, { hurry }: Closing) {
  const enough = new AbortController();
  const signal = AbortSignal.any([hurry, enough.signal]);
  const timer = delay(ms, false, { signal }).catch(() => false);
  const done = await Promise.race([work.then(() => true), timer]);
  enough.abort();
  return done;
}
