import type { Queryable } from "../db/queryable.ts";
import { TidemarkError } from "../errors.ts";

export interface Person {
  id: string;
  email: string;
  name: string;
  roles: string[];
  team: string | null;
  manager: string | null;
  is_active: boolean;
  has_password: boolean;
}

/** Everybody, by e-mail address. */
export async function listPeople(db: Queryable): Promise<Person[]> {
  const { rows } = await db.query<Person>(
    `SELECT
       users.id,
       users.email,
       people.name,
       ARRAY(
         SELECT roles.role_name
         FROM crm.user_roles AS held
         JOIN crm.roles ON roles.id = held.role_id
         WHERE held.user_id = users.id
         ORDER BY roles.role_name
       ) AS roles,
       teams.name AS team,
       managers.email AS manager,
       users.is_active,
       credentials.user_id IS NOT NULL AS has_password
     FROM crm.users
     JOIN mart.people ON people.user_id = users.id
     LEFT JOIN crm.teams ON teams.id = users.team_id
     LEFT JOIN crm.users AS managers ON managers.id = users.manager_user_id
     LEFT JOIN ops.credentials ON credentials.user_id = users.id
     ORDER BY lower(users.email)`,
  );
  return rows;
}

/** @throws TidemarkError `no_such_user` */
export async function findPerson(
  db: Queryable,
  email: string,
): Promise<{ id: string; email: string; isActive: boolean }> {
  const { rows } = await db.query<{ id: string; email: string; isActive: boolean }>(
    `SELECT id, email, is_active AS "isActive" FROM crm.users WHERE lower(email) = lower($1)`,
    [email],
  );
  if (rows[0]) return rows[0];
  throw new TidemarkError("no_such_user", 404, `There is nobody with the address ${email}`);
}
