import { TidemarkError } from "../errors.ts";

/** Places for downloads, so that slow ones never take the sessions that pages need. */
export interface ExportSlots {
  /**
   * Waits for a place and runs `work` in it.
   * @throws TidemarkError `exports_busy` when none comes free in time, or too many wait already
   */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

interface Options {
  /** How long one more waits for its turn. */
  patienceMs?: number;
  /** How many wait at most. */
  queue?: number;
}

/** @param most downloads at once */
export function createExportSlots(
  most: number,
  { patienceMs = 10_000, queue = Number.POSITIVE_INFINITY }: Options = {},
): ExportSlots {
  let free = most;
  const waiting: (() => void)[] = [];

  const take = async (signal: AbortSignal) => {
    if (free > 0) {
      free -= 1;
      return;
    }
    if (waiting.length >= queue) throw busy(most);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push(resolve);
    const leave = (reason: unknown) => {
      const place = waiting.indexOf(resolve);
      if (place < 0) return;
      waiting.splice(place, 1);
      reject(reason);
    };
    const gone = () => leave(signal.reason);
    const timer = setTimeout(() => leave(busy(most)), patienceMs);
    signal.addEventListener("abort", gone, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", gone);
    }
  };

  const give = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };

  return {
    async run(work, signal) {
      await take(signal);
      try {
        return await work();
      } finally {
        give();
      }
    },
  };
}

const busy = (most: number) =>
  new TidemarkError(
    "exports_busy",
    503,
    `${most} downloads are running already. Try again when one of them is done.`,
  );
