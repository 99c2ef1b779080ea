import type { Queryable } from "../../db/queryable.ts";
import { MARK } from "./mark.ts";

export interface BiLogin {
  name: string;
  /** Whose rows it sees; null: everybody's, or nobody's. */
  email: string | null;
  sees_all_rows: boolean;
  /**
   * `ready`; `inactive`: its person is; `nobody`: its person was deleted; `missing`: somebody has dropped the login itself,
   * or this is a copy of the database that it was made for.
   */
  state: "ready" | "inactive" | "nobody" | "missing";
  connection_limit: number | null;
  /** Open now. */
  session_count: number;
  created_at: Date | null;
}

/** Every BI login of this database, by name. */
export async function listBiLogins(db: Queryable): Promise<BiLogin[]> {
  const { rows } = await db.query(LOGINS);
  return rows.map((row) => ({
    ...row,
    created_at: row.created_at === null ? null : new Date(row.created_at),
  }));
}

const LOGINS = `
  WITH roles AS (
    SELECT rolname::text AS name, rolconnlimit
    FROM pg_roles
    WHERE shobj_description(oid, 'pg_authid') = ${MARK}
  )
  SELECT
    name,
    users.email,
    known.login_name IS NOT NULL AND known.user_id IS NULL AS sees_all_rows,
    CASE
      WHEN roles.rolconnlimit IS NULL THEN 'missing'
      WHEN known.login_name IS NULL THEN 'nobody'
      WHEN NOT users.is_active THEN 'inactive'
      ELSE 'ready'
    END AS state,
    roles.rolconnlimit AS connection_limit,
    (
      SELECT count(*)::int
      FROM pg_stat_activity
      WHERE usename = name AND roles.rolconnlimit IS NOT NULL
    ) AS session_count,
    known.created_at
  FROM roles
  FULL JOIN (SELECT login_name AS name, * FROM ops.bi_logins) AS known USING (name)
  LEFT JOIN crm.users ON users.id = known.user_id
  ORDER BY name`;
