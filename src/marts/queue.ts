import type { PgBoss, ScheduleOptions, SendOptions } from "pg-boss";
import type { Log } from "../log.ts";
import type { Mart } from "./registry.ts";
import type { Schedule } from "./schedule.ts";

export const REFRESH_QUEUE = "refresh-mart";
const FAILED_QUEUE = "refresh-mart-failed";

export interface RefreshJob {
  mart: string;
}

/** Makes the queues, or brings them up to date. A failed refresh is tried again after `retrySeconds`, then ever later. */
export async function createQueues(boss: PgBoss, retrySeconds: number) {
  const retry = { retryLimit: 5, retryDelay: retrySeconds, retryBackoff: true, retryDelayMax: 600 };
  // The dead-letter queue first: the other names it.
  await boss.createQueue(FAILED_QUEUE, { deleteAfterSeconds: 30 * 86_400 });
  await boss.createQueue(REFRESH_QUEUE, {
    // At most one waiting and one running per mart. A request that comes during a refresh must not be lost:
    // it may be about rows that the running one does not see.
    policy: "stately",
    deadLetter: FAILED_QUEUE,
    ...retry,
  });
  await boss.updateQueue(REFRESH_QUEUE, retry);
}

/** Asks for a refresh; when one is waiting already, that one serves. */
export const requestRefresh = (boss: PgBoss, mart: string, schedules: readonly Schedule[]) =>
  boss.send(REFRESH_QUEUE, { mart } satisfies RefreshJob, jobOptions(mart, schedules));

/** The empty marts that can be filled now; those that read them follow. */
export function firstToFill(marts: readonly Mart[]): string[] {
  const empty = new Set(marts.filter(({ isPopulated }) => !isPopulated).map(({ name }) => name));
  const ready = ({ name, dependsOn }: Mart) =>
    empty.has(name) && !dependsOn.some((base) => empty.has(base));
  return marts.filter(ready).map(({ name }) => name);
}

/** The marts that are refreshed after this one: they read it, and are empty still or have no times of their own. */
export function followersOf(
  mart: string,
  marts: readonly Mart[],
  schedules: readonly Schedule[],
): string[] {
  const follows = ({ name, isPopulated }: Mart) => {
    if (!isPopulated) return true;
    const schedule = schedules.find((one) => one.mart === name);
    return !schedule || (schedule.isEnabled && schedule.cron === null);
  };
  return marts
    .filter((one) => one.dependsOn.includes(mart) && follows(one))
    .map(({ name }) => name);
}

/** Brings the queue's timetable in line with ops.refresh_schedule. An expression that cannot be read is logged. */
export async function syncTimetable(
  boss: PgBoss,
  { schedules, timeZone }: { schedules: readonly Schedule[]; timeZone: string },
  log: Log,
) {
  const timed = schedules.filter(({ isEnabled, cron }) => isEnabled && cron !== null);
  const present = new Map((await boss.getSchedules(REFRESH_QUEUE)).map((one) => [one.key, one]));
  for (const { mart, cron } of timed) {
    const options: ScheduleOptions = {
      ...jobOptions(mart, schedules),
      key: mart,
      tz: timeZone,
      // What came due while nothing ran is made up for, once.
      missed: "once",
    };
    const now = present.get(mart);
    const same =
      now?.cron === cron &&
      now.timezone === timeZone &&
      now.options?.expireInSeconds === options.expireInSeconds;
    if (same) continue;
    await boss
      .schedule(REFRESH_QUEUE, cron as string, { mart } satisfies RefreshJob, options)
      .then(() => log.info({ mart, cron, timeZone }, "refresh scheduled"))
      .catch((error: Error) =>
        log.error({ mart, cron, problem: error.message }, "this schedule cannot be read"),
      );
  }
  for (const key of present.keys()) {
    if (timed.some(({ mart }) => mart === key)) continue;
    await boss.unschedule(REFRESH_QUEUE, key);
    log.info({ mart: key }, "refresh no longer scheduled");
  }
}

function jobOptions(mart: string, schedules: readonly Schedule[]): SendOptions {
  const timeout = schedules.find((one) => one.mart === mart)?.timeoutSeconds ?? 600;
  // The statements of a refresh end first, each by its own timeout: an expired job's handler would go on.
  return { singletonKey: mart, expireInSeconds: 2 * timeout + 60 };
}
