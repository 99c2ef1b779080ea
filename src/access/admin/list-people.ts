import type { Queryable } from "../../db/queryable.ts";

export interface PeopleFilter {
  /** Part of a name or an e-mail address. */
  search?: string;
  state?: "active" | "inactive";
  /** Id of a role; none: people without one. */
  role?: string;
}

export interface ListedPerson {
  id: string;
  name: string;
  email: string;
  isActive: boolean;
  roles: string[];
  team: string | null;
  /** Their name. */
  manager: string | null;
  /** In UTC; null: not yet. */
  lastSignInAt: string | null;
}

const PEOPLE = `
  SELECT
    users.id,
    people.name,
    users.email,
    users.is_active AS "isActive",
    ARRAY(
      SELECT roles.role_name
      FROM crm.user_roles AS held
      JOIN crm.roles ON roles.id = held.role_id
      WHERE held.user_id = users.id
      ORDER BY roles.role_name
    ) AS roles,
    teams.name AS team,
    managers.name AS manager,
    (
      SELECT max(occurred_at)
      FROM ops.audit_events
      WHERE actor_user_id = users.id AND kind = 'sign_in'
    ) AS "lastSignInAt"
  FROM found
  JOIN crm.users ON users.id = found.id
  JOIN mart.people ON people.user_id = users.id
  LEFT JOIN crm.teams ON teams.id = users.team_id
  LEFT JOIN mart.people AS managers ON managers.user_id = users.manager_user_id
  ORDER BY users.is_active DESC, lower(people.name), users.id`;

const FOUND = `
  SELECT users.id
  FROM crm.users
  JOIN mart.people ON people.user_id = users.id
  WHERE ($1::text IS NULL OR strpos(lower(people.name), lower($1)) > 0 OR strpos(lower(users.email), lower($1)) > 0)
    AND ($2::boolean IS NULL OR users.is_active = $2)
    AND (
      $3::text IS NULL
      OR CASE
        WHEN $3 = 'none' THEN NOT EXISTS (SELECT FROM crm.user_roles WHERE user_id = users.id)
        ELSE EXISTS (SELECT FROM crm.user_roles WHERE user_id = users.id AND role_id::text = $3)
      END
    )`;

/** A page of people, those who are active first, by name. @returns them, and how many there are on all pages */
export async function listPeople(
  db: Queryable,
  { search, state, role }: PeopleFilter,
  { page, size }: { page: number; size: number },
): Promise<{ people: ListedPerson[]; count: number }> {
  const values = [search ?? null, state ? state === "active" : null, role ?? null];
  const counted = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (${FOUND}) AS found`,
    values,
  );
  const { rows } = await db.query<ListedPerson>(
    `WITH found AS (
       ${FOUND}
       ORDER BY users.is_active DESC, lower(people.name), users.id
       LIMIT $4 OFFSET $5
     )
     ${PEOPLE}`,
    [...values, size, (page - 1) * size],
  );
  return { people: rows, count: counted.rows[0]?.count ?? 0 };
}

export interface Named {
  id: string;
  name: string;
}

/** What forms let choose from, by name. Whom somebody reports to is somebody active. */
export async function readChoices(
  db: Queryable,
): Promise<{ roles: (Named & { about: string })[]; teams: Named[]; managers: Named[] }> {
  const [roles, teams, managers] = await Promise.all([
    db.query<Named & { about: string }>(
      `SELECT id, role_name AS name, coalesce(description, '') AS about FROM crm.roles ORDER BY role_name`,
    ),
    db.query<Named>("SELECT id, name FROM crm.teams ORDER BY lower(name), id"),
    db.query<Named>(
      `SELECT users.id, concat(people.name, ' (', users.email, ')') AS name
       FROM crm.users
       JOIN mart.people ON people.user_id = users.id
       WHERE users.is_active
       ORDER BY lower(people.name), users.id`,
    ),
  ]);
  return { roles: roles.rows, teams: teams.rows, managers: managers.rows };
}
