import type { Queryable } from "./registry.ts";
import { nextRun, readSchedule } from "./schedule.ts";

/** What `status --json` prints, one object per mart. Times are ISO 8601 in UTC. */
export interface MartStatus {
  mart: string;
  /** What was committed before is in the mart; null before the first refresh. */
  refreshed_at: string | null;
  /** Of the last successful refresh. */
  duration_seconds: number | null;
  row_count: number | null;
  /** Of the newest refresh: running, succeeded or failed. */
  last_status: string | null;
  last_error: string | null;
  /** Null: after a mart that it reads, or by hand only. */
  next_run_at: string | null;
}

export async function martStatus(db: Queryable, now = new Date()): Promise<MartStatus[]> {
  const { schedules, timeZone } = await readSchedule(db);
  const { rows } = await db.query(`
    SELECT
      mart,
      to_char(refreshed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS refreshed_at,
      duration_seconds::float8,
      row_count::float8,
      last_status,
      last_error
    FROM reporting.mart_freshness
    ORDER BY mart`);
  return rows.map((row) => {
    const schedule = schedules.find(({ mart }) => mart === row.mart);
    const next =
      schedule?.isEnabled && schedule.cron ? nextRun(schedule.cron, timeZone, now) : undefined;
    return { ...row, next_run_at: next?.toISOString() ?? null };
  });
}
