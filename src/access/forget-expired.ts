import type { Queryable } from "../db/queryable.ts";

/** Deletes sessions, links and counts that no longer mean anything. @returns how many */
export async function forgetExpired(db: Queryable): Promise<number> {
  const { rows } = await db.query(
    `WITH sessions AS (
       DELETE FROM ops.sessions WHERE expire < now() RETURNING sid
     ),
     links AS (
       DELETE FROM ops.password_links WHERE expires_at < now() RETURNING token_hash
     ),
     attempts AS (
       DELETE FROM ops.attempts WHERE expire < extract(epoch FROM now()) * 1000 RETURNING key
     )
     SELECT
       (SELECT count(*) FROM sessions)::int
       + (SELECT count(*) FROM links)::int
       + (SELECT count(*) FROM attempts)::int AS forgotten`,
  );
  return rows[0].forgotten;
}
