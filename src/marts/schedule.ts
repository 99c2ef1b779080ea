import type { Queryable } from "../db/queryable.ts";

/** When a mart is refreshed; a mart without a row in ops.refresh_schedule follows the marts that it reads. */
export interface Schedule {
  mart: string;
  /** Null: after each refresh of a mart that it reads. */
  cron: string | null;
  isEnabled: boolean;
  timeoutSeconds: number;
}

/** The schedule as the operator wrote it, and the zone in which it is meant. */
export async function readSchedule(
  db: Queryable,
): Promise<{ schedules: Schedule[]; timeZone: string }> {
  const { rows } = await db.query<Schedule>(`
    SELECT mart, cron, is_enabled AS "isEnabled", timeout_seconds AS "timeoutSeconds"
    FROM ops.refresh_schedule ORDER BY mart`);
  const zone = await db.query("SELECT ops.business_time_zone() AS zone");
  return { schedules: rows, timeZone: zone.rows[0].zone };
}
