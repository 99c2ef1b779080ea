import type { Queryable } from "../db/queryable.ts";
import type { Permission } from "./permission.ts";

/** A session ends when it is not used for so long… */
export const IDLE_SECONDS = 12 * 60 * 60;
/** … and in any case so long after signing in. */
export const LONGEST_SECONDS = 7 * 24 * 60 * 60;

/** One browser that a person has signed in with. */
export interface OpenSession {
  id: string;
  signedInAt: Date;
  seenAt: Date;
  address: string | null;
  /** What the browser calls itself. */
  agent: string;
}

/** A person's sessions, the one used last first. */
export async function sessionsOf(db: Queryable, userId: string): Promise<OpenSession[]> {
  const { rows } = await db.query<{
    sid: string;
    sess: { signedInAt: number; address: string | null; agent: string };
    seen_at: string;
  }>(
    `SELECT sid, sess, seen_at
     FROM ops.sessions
     WHERE user_id = $1 AND expire > now()
     ORDER BY seen_at DESC, sid`,
    [userId],
  );
  return rows.map(({ sid, sess, seen_at }) => ({
    id: sid,
    signedInAt: new Date(sess.signedInAt),
    seenAt: new Date(seen_at),
    address: sess.address,
    agent: sess.agent,
  }));
}

/** Ends a person's sessions, all of them or all but one. @returns how many */
export async function endSessions(db: Queryable, userId: string, except = ""): Promise<number> {
  const { rowCount } = await db.query("DELETE FROM ops.sessions WHERE user_id = $1 AND sid <> $2", [
    userId,
    except,
  ]);
  return rowCount ?? 0;
}

/** What the people of these sessions may do now. A session that has ended, or whose person is inactive, is not among them. */
export async function permissionsOfSessions(
  db: Queryable,
  ids: readonly string[],
): Promise<Map<string, ReadonlySet<Permission>>> {
  const { rows } = await db.query<{ sids: string[]; permissions: Permission[] }>(
    `SELECT array_agg(sessions.sid) AS sids, crm.permissions_of(users.id) AS permissions
     FROM ops.sessions
     JOIN crm.users ON users.id = sessions.user_id
     WHERE sessions.sid = ANY ($1) AND sessions.expire > now() AND users.is_active
     GROUP BY users.id`,
    [ids],
  );
  return new Map(
    rows.flatMap(({ sids, permissions }) => {
      const permitted = new Set(permissions);
      return sids.map((sid) => [sid, permitted] as const);
    }),
  );
}
