import { PgBoss } from "pg-boss";

/** The next occurrence, or undefined when the expression cannot be read. */
export function nextRun(cron: string, timeZone: string, from = new Date()): Date | undefined {
  try {
    // Never started: this only does arithmetic, and the same as the worker's.
    const calendar = new PgBoss({ connectionString: "postgres://localhost" });
    return calendar.previewSchedule(cron, { tz: timeZone, from, count: 1 })[0];
  } catch {
    return undefined;
  }
}
