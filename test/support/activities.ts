import type pg from "pg";
import { addRow } from "./crm.ts";

/** A few activities around the day of the tests: done, due and overdue. */
export async function addActivities(pool: pg.Pool, { ann, bob }: { ann: string; bob: string }) {
  await pool.query("SELECT crm.ensure_activity_partitions('2026-09-01', '2026-12-31')");
  for (const [owner, type, at, isDone] of [
    [ann, "Call", "2026-11-09T10:00Z", true],
    [ann, "Email", "2026-11-20T23:30Z", true],
    [ann, "Task", "2026-11-12T10:00Z", false],
    [bob, "Meeting", "2026-10-08T10:00Z", true],
    [bob, "Call", "2026-11-25T10:00Z", false],
    [null, "Note", "2026-11-16T10:00Z", true],
  ] as const)
    await addRow(pool, "activities", {
      activity_type: type,
      subject: `${type}, "to" <check>`,
      notes: "They compare vendors.",
      owner_user_id: owner,
      activity_date: at,
      completed_at: isDone ? at : null,
      created_at: at,
    });
}
