import { setTimeout as delay } from "node:timers/promises";
import { createPool } from "../../src/db/pool.ts";

const EVERY_MS = 10;
const WAITING = `
  SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)) * 1000, 0) AS ms
  FROM pg_locks
  WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = $1)`;

/** Looks again and again how long sessions of a name have been waiting for locks. */
export function watchLocks(url: string, name: string) {
  const pool = createPool(url, { name: "bench locks", max: 1 });
  let isOver = false;
  let longest = 0;
  const watching = (async () => {
    while (!isOver) {
      const { rows } = await pool.query(WAITING, [name]);
      longest = Math.max(longest, Number(rows[0].ms));
      await delay(EVERY_MS);
    }
  })();
  watching.catch(() => {});
  return {
    /** @returns milliseconds of the longest wait that was seen */
    stop: async (): Promise<number> => {
      isOver = true;
      await watching.finally(() => pool.end());
      return longest;
    },
  };
}
