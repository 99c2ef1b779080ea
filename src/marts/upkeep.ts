import type { PgBoss } from "pg-boss";
import { closeLost, forgetOld } from "../access/export-ledger.ts";
import { forgetExpired } from "../access/forget-expired.ts";
import type { Queryable } from "../db/queryable.ts";
import type { Log } from "../log.ts";
import { pruneRuns } from "./runs.ts";

const UPKEEP_QUEUE = "daily-upkeep";
/** After the hours that a change of clocks skips or repeats. */
const DAILY = "40 4 * * *";

/** The service's own daily chores: partitions three months ahead, old refresh runs, sessions and the like forgotten. */
export async function startUpkeep(boss: PgBoss, db: Queryable, timeZone: string, log: Log) {
  await boss.createQueue(UPKEEP_QUEUE, {
    policy: "stately",
    retryLimit: 5,
    retryDelay: 60,
    retryBackoff: true,
  });
  await boss.schedule(UPKEEP_QUEUE, DAILY, null, { tz: timeZone, missed: "once" });
  // Once at the start too: a service that is never up at night has partitions all the same.
  await boss.send(UPKEEP_QUEUE, null);
  await boss.work(UPKEEP_QUEUE, { batchSize: 1, pollingIntervalSeconds: 5 }, async () => {
    const partitions = await ensurePartitions(db);
    const runs = await pruneRuns(db);
    const expired = await forgetExpired(db);
    const lostExports = await closeLost(db);
    const oldExports = await forgetOld(db);
    if (partitions + runs + expired + lostExports + oldExports > 0)
      log.info({ partitions, runs, expired, lostExports, oldExports }, "daily upkeep done");
  });
}

/** @returns how many monthly partitions were missing */
async function ensurePartitions(db: Queryable): Promise<number> {
  const { rows } = await db.query(
    "SELECT crm.ensure_activity_partitions(current_date, (current_date + interval '3 months')::date) AS made",
  );
  return rows[0].made;
}
