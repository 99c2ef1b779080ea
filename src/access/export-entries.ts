import type { Queryable } from "../db/queryable.ts";

/** An export as the ledger has it; numbers are text where they may be long. */
export interface ExportEntry {
  id: string;
  /** With microseconds, in UTC. */
  started_at: string;
  finished_at: string | null;
  user_id: string | null;
  made_by: string;
  means: string;
  token_id: string | null;
  share_link_id: string | null;
  report: string;
  section: string;
  format: string;
  dialect: string | null;
  query: string;
  data_as_of: string;
  announced_rows: string;
  state: "running" | "completed" | "aborted";
  reason: string | null;
  written_rows: string | null;
  bytes: string | null;
  /** 64 hexadecimal digits. */
  sha256: string | null;
}

/** Whose exports somebody may see: their own, those of the token that they come with, or all. */
export interface Onlooker {
  /** Null: nobody's in particular. */
  userId: string | null;
  tokenId: string | null;
  seesAll: boolean;
}

interface Wanted {
  id?: string | undefined;
  /** Of the file that somebody holds. */
  sha256?: string | undefined;
  most: number;
}

/** Exports that somebody may see, newest first. */
export async function readExports(
  db: Queryable,
  { userId, tokenId, seesAll }: Onlooker,
  { id, sha256, most }: Wanted,
): Promise<ExportEntry[]> {
  const { rows } = await db.query<ExportEntry>(
    `SELECT
       id, started_at, finished_at, user_id, made_by, means, token_id, share_link_id, report, section, format, dialect,
       query, data_as_of, announced_rows, state, reason, written_rows, bytes, encode(sha256, 'hex') AS sha256
     FROM ops.exports
     WHERE ($1::uuid IS NULL OR id = $1)
       AND ($2::text IS NULL OR sha256 = decode($2, 'hex'))
       AND ($3::boolean OR user_id = $4 OR token_id = $5)
     ORDER BY started_at DESC, id
     LIMIT $6`,
    [id ?? null, sha256 ?? null, seesAll, userId, tokenId, most],
  );
  return rows;
}
