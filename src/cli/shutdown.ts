import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "../log.ts";

/** One terminal key press may arrive twice, directly and through npm: only a later one counts as the second. */
const ONE_PRESS_MS = 500;

/** Thrown to end a start-up that was interrupted. */
export class Interrupted extends Error {}

export interface Closing {
  /** Aborted when somebody asks a second time. */
  hurry: AbortSignal;
}

export interface Shutdown {
  /** Resolves at the first SIGINT, SIGTERM or SIGHUP. */
  requested: Promise<void>;
  /**
   * Registers a part that has started; parts close in reverse order.
   * @throws Interrupted when the shutdown has begun; the part is closed then
   */
  add(part: string, close: (closing: Closing) => Promise<void>): Promise<void>;
  /** Closes everything. Never rejects: a part that fails to close is logged, and the next one closes. */
  run(): Promise<void>;
}

/** Listens for the signals that end the service, and ends its parts in order. */
export function createShutdown(log: Log): Shutdown {
  const parts: { part: string; close: (closing: Closing) => Promise<void> }[] = [];
  const hurry = new AbortController();
  let begun = false;
  let firstAt: number | undefined;
  const requested = new Promise<void>((resolve) => {
    const receive = (signal: string) => {
      if (firstAt === undefined) {
        firstAt = Date.now();
        log.info({ signal }, "stopping");
        resolve();
      } else if (Date.now() - firstAt > ONE_PRESS_MS) {
        hurry.abort();
      }
    };
    // SIGHUP: the terminal was closed.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, receive);
  });

  const closeOne = async (part: string, close: (closing: Closing) => Promise<void>) => {
    try {
      await close({ hurry: hurry.signal });
      log.info(`${part} stopped`);
    } catch (error) {
      log.error({ err: error }, `${part} did not stop cleanly`);
    }
  };

  return {
    requested,
    async add(part, close) {
      if (begun) {
        await closeOne(part, close);
        throw new Interrupted();
      }
      parts.push({ part, close });
    },
    async run() {
      begun = true;
      for (const { part, close } of parts.reverse()) await closeOne(part, close);
    },
  };
}

/** Waits for `work`, but no longer than `ms`, nor once somebody hurries. @returns whether it was done in time */
export async function atMost(ms: number, work: Promise<unknown>, { hurry }: Closing) {
  const enough = new AbortController();
  const signal = AbortSignal.any([hurry, enough.signal]);
  const timer = delay(ms, false, { signal }).catch(() => false);
  const done = await Promise.race([work.then(() => true), timer]);
  enough.abort();
  return done;
}
