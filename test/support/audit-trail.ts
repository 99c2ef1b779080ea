import type pg from "pg";

/** What the audit trail has of one kind, oldest first. */
export const events = async (pool: pg.Pool, kind: string) =>
  (
    await pool.query(
      `SELECT actor_user_id, actor_name, means, address, subject, details
       FROM ops.audit_events WHERE kind = $1 ORDER BY id`,
      [kind],
    )
  ).rows;
