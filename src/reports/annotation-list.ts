import type pg from "pg";
import { asReader } from "../db/transaction.ts";
import type { Annotation } from "./annotations.ts";

const COLUMNS = `day_on AS day, note AS text, visibility, author_user_id AS "authorId", author_name AS author`;

/** Those that a person may read. */
const READABLE = `
  SELECT annotation_id AS id, ${COLUMNS}, created_at
  FROM reporting.annotations`;

/** For who looks after all: those of every team too, and of nobody else those for their author alone. */
const KEPT = `
  SELECT notes.id, ${COLUMNS}, created_at
  FROM (
    SELECT annotations.*, people.name AS author_name
    FROM crm.annotations
    JOIN mart.people ON people.user_id = annotations.author_user_id
  ) AS notes
  WHERE visibility <> 'author' OR author_user_id = $3`;

/**
 * A page of notes, those of the latest days first.
 * @param keepsAll whether the person looks after everybody's
 */
export async function listAnnotations(
  pool: pg.Pool,
  { viewer, keepsAll }: { viewer: string; keepsAll: boolean },
  { page, size }: { page: number; size: number },
): Promise<{ annotations: Annotation[]; count: number }> {
  const read = async (db: pg.Pool | pg.PoolClient) => {
    const of = keepsAll ? KEPT : `${READABLE} WHERE $3::uuid IS NOT NULL`;
    const { rows } = await db.query<Annotation & { count: number }>(
      `WITH notes AS (${of})
       SELECT id, day, text, visibility, "authorId", author, (SELECT count(*)::int FROM notes) AS count
       FROM notes
       ORDER BY day DESC, created_at DESC, id
       LIMIT $1 OFFSET $2`,
      [size, (page - 1) * size, viewer],
    );
    return { annotations: rows.map(({ count: _, ...one }) => one), count: rows[0]?.count ?? 0 };
  };
  return keepsAll ? read(pool) : asReader(pool, viewer, read);
}
