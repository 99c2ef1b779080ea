import type { Queryable } from "../db/queryable.ts";
import type { Audit } from "./audit.ts";
import { THIS_PROCESS } from "./runs.ts";

const KEEP_DAYS = 90;

export async function recordAudit(db: Queryable, startedAt: string, audit: Audit) {
  await db.query(
    `INSERT INTO ops.audits (mart, started_at, snapshot_at, row_count, drift, worker)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [audit.mart, startedAt, audit.snapshotAt, audit.rowCount, audit.drift, THIS_PROCESS],
  );
}

export async function recordAuditFailure(
  db: Queryable,
  startedAt: string,
  { mart, message }: { mart: string; message: string },
) {
  await db.query(
    "INSERT INTO ops.audits (mart, started_at, error_message, worker) VALUES ($1, $2, $3, $4)",
    [mart, startedAt, message, THIS_PROCESS],
  );
}

/** Forgets old audits, except the last result of each mart. @returns how many */
export async function pruneAudits(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM ops.audits AS audit
     WHERE finished_at < now() - make_interval(days => $1)
       AND EXISTS (
         SELECT FROM ops.audits AS later
         WHERE later.mart = audit.mart AND later.error_message IS NULL AND later.id > audit.id
       )`,
    [KEEP_DAYS],
  );
  return rowCount ?? 0;
}
