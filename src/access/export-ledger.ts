import { setTimeout as delay } from "node:timers/promises";
import type { Queryable } from "../db/queryable.ts";
import type { Actor } from "./audit.ts";

/** Who makes an export, as the ledger has it. */
export interface Maker {
  actor: Actor;
  tokenId: string | null;
  shareLinkId: string | null;
}

/** What an export is of, known before its first byte. */
export interface Opening {
  id: string;
  maker: Maker;
  report: string;
  section: string;
  format: string;
  dialect: string | null;
  query: string;
  dataAsOf: string;
  announcedRows: number;
}

/** Writes down that an export begins. */
export async function openEntry(db: Queryable, opening: Opening): Promise<void> {
  const { id, maker, report, section, format, dialect, query, dataAsOf, announcedRows } = opening;
  const { actor, tokenId, shareLinkId } = maker;
  await db.query(
    `INSERT INTO ops.exports (
       id, user_id, made_by, means, token_id, share_link_id, report, section, format, dialect, query, data_as_of,
       announced_rows
     ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      id,
      actor.userId,
      actor.name,
      actor.means,
      tokenId,
      shareLinkId,
      report,
      section,
      format,
      dialect,
      query,
      dataAsOf,
      announcedRows,
    ],
  );
}

export interface Written {
  rows: number;
  bytes: number;
}

/** Writes down that all of it is on its way, and which file that is. */
export async function completeEntry(
  db: Queryable,
  id: string,
  { rows, bytes, sha256 }: Written & { sha256: Buffer },
): Promise<void> {
  await db.query(
    `UPDATE ops.exports
     SET state = 'completed', reason = NULL, finished_at = clock_timestamp(), written_rows = $2, bytes = $3, sha256 = $4
     WHERE id = $1`,
    [id, rows, bytes, sha256],
  );
}

/** A database that went away comes back within seconds; where it does not, whoever looks finds nobody at the export. */
const RETRY_AFTER_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** Writes down that it broke off, and why; where the database is away, when it is back. */
export async function abortEntry(
  db: Queryable,
  id: string,
  { rows, bytes, reason }: Written & { reason: string },
): Promise<void> {
  let failure: unknown;
  for (const wait of RETRY_AFTER_MS) {
    await delay(wait, undefined, { ref: false });
    try {
      await db.query(
        `UPDATE ops.exports
         SET state = 'aborted', reason = $2, finished_at = clock_timestamp(), written_rows = $3, bytes = $4, sha256 = NULL
         WHERE id = $1`,
        [id, reason, rows, bytes],
      );
      return;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** SQL of the lock that the session of an export holds while it runs. @param id SQL of the export's id, as text */
export const lockOf = (id: string): string => `hashtextextended('export ' || ${id}, 0)`;

/** Marks as broken off what nobody is at any more: its process was killed, or its session. @returns how many */
export async function closeLost(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `WITH running AS MATERIALIZED (
       SELECT id FROM ops.exports
       WHERE state = 'running'
     ),
     lost AS MATERIALIZED (
       SELECT id FROM running WHERE pg_try_advisory_xact_lock(${lockOf("id::text")})
     )
     UPDATE ops.exports
     SET state = 'aborted', reason = 'process_gone', finished_at = clock_timestamp()
     FROM lost
     WHERE exports.id = lost.id AND state = 'running'`,
  );
  return rowCount ?? 0;
}

/** How long an export stays in the ledger. */
export const KEPT = "2 years";

/** Forgets exports of long ago. @returns how many */
export async function forgetOld(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM ops.exports WHERE started_at < now() - interval '${KEPT}'`,
  );
  return rowCount ?? 0;
}
