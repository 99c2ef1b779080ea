import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";

/** Lets pages go first: people wait for them, and nobody for the end of a download. */
export interface Courtesy {
  /** Notes that a page is being made. @returns called when it has left */
  beginPage(): () => void;
  /** Notes that an export runs. @returns called when it is over */
  beginExport(): () => void;
  /** Waits, before the next piece of an export is taken from PostgreSQL, while a page is being made; for a moment. */
  turn(): Promise<void>;
}

/** An export goes on at some MB a second however many pages there are. */
const MOMENT_MS = 20;

/** @param cores of the machine: as long as exports leave half of them, nobody waits for anybody */
export function createCourtesy(cores: number = availableParallelism()): Courtesy {
  const count = { pages: 0, exports: 0 };
  let free = Promise.withResolvers<void>();
  const once = (work: () => void) => {
    let isDone = false;
    return () => {
      if (!isDone) work();
      isDone = true;
    };
  };
  return {
    beginPage() {
      count.pages += 1;
      return once(() => {
        count.pages -= 1;
        if (count.pages > 0) return;
        free.resolve();
        free = Promise.withResolvers();
      });
    },
    beginExport() {
      count.exports += 1;
      return once(() => {
        count.exports -= 1;
      });
    },
    async turn() {
      if (count.pages === 0 || count.exports <= cores / 2) return;
      const enough = new AbortController();
      const moment = delay(MOMENT_MS, undefined, { signal: enough.signal }).catch(() => {});
      await Promise.race([free.promise, moment]);
      enough.abort();
    },
  };
}
