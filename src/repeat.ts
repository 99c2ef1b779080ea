import { setTimeout as delay } from "node:timers/promises";

export interface RepeatOptions {
  /** How long a pause is; asked before each one. */
  everyMs: () => number;
  /** Ends it; work under way is waited for. */
  signal: AbortSignal;
  onError: (error: Error) => void;
}

export interface Repetition {
  /** Cuts the pause short, or leaves out the next one. */
  hurry(): void;
  /** Settles when the signal has aborted and nothing is under way any more. */
  ended: Promise<void>;
}

const LONGEST_PAUSE_MS = 60_000;

/** How long to leave alone what has failed so often in a row. */
export const backoff = (failures: number, firstMs = 1_000): number =>
  Math.min(LONGEST_PAUSE_MS, firstMs * 2 ** Math.min(failures, 16));

/** Does something again and again until the signal aborts, after a pause each time; ever longer ones while it fails. */
export function repeat(
  work: () => Promise<unknown>,
  { everyMs, signal, onError }: RepeatOptions,
): Repetition {
  let pause = new AbortController();
  let failures = 0;
  const once = async () => {
    try {
      await work();
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      onError(error as Error);
    }
  };
  const run = async () => {
    while (!signal.aborted) {
      pause = new AbortController();
      await once();
      const pauseMs = failures === 0 ? everyMs() : backoff(failures, everyMs());
      const cut = AbortSignal.any([signal, pause.signal]);
      await delay(pauseMs, undefined, { signal: cut }).catch(() => {});
    }
  };
  return { hurry: () => pause.abort(), ended: run() };
}
