import type { Queryable } from "../db/queryable.ts";

/** A person as their own account page has them. */
export interface Account {
  name: string;
  email: string;
  team: string | null;
  manager: string | null;
  roles: { name: string; description: string | null }[];
  /** Null: they have none, and need a link to choose one. */
  passwordChangedAt: string | null;
  /** Somebody of the demo, whom many people may be at once. */
  isDemo: boolean;
}

export async function readAccount(db: Queryable, userId: string): Promise<Account> {
  const { rows } = await db.query<Account>(
    `SELECT
       people.name,
       users.email,
       teams.name AS team,
       managers.name AS manager,
       credentials.changed_at AS "passwordChangedAt",
       users.source = 'demo' AS "isDemo",
       coalesce(
         (
           SELECT jsonb_agg(
             jsonb_build_object('name', roles.role_name, 'description', roles.description)
             ORDER BY roles.role_name
           )
           FROM crm.user_roles AS held
           JOIN crm.roles ON roles.id = held.role_id
           WHERE held.user_id = users.id
         ),
         '[]'
       ) AS roles
     FROM crm.users
     JOIN mart.people ON people.user_id = users.id
     LEFT JOIN crm.teams ON teams.id = users.team_id
     LEFT JOIN mart.people AS managers ON managers.user_id = users.manager_user_id
     LEFT JOIN ops.credentials ON credentials.user_id = users.id
     WHERE users.id = $1`,
    [userId],
  );
  return rows[0] as Account;
}
