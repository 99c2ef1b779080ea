import type pg from "pg";
import type { Queryable } from "../../db/queryable.ts";
import { notFound } from "../../errors.ts";
import { UUID } from "../uuid.ts";

/** What an administrator says of a person. */
export interface PersonFields {
  email: string;
  /** Empty: none. */
  firstName: string;
  lastName: string;
  /** Null: none. */
  teamId: string | null;
  managerId: string | null;
  isActive: boolean;
  roleIds: readonly string[];
}

/** A person with everything that can be said of them. */
export interface Person extends PersonFields {
  id: string;
  /** First and last name, or (no name). */
  name: string;
  team: string | null;
  /** E-mail address. */
  manager: string | null;
  /** In the order of their names. */
  roles: readonly string[];
  /** Changes whenever the fields or the roles do. */
  version: string;
  /** The system that they were imported from; tidemark: none. */
  source: string;
  createdAt: string;
  /** Null: not yet. */
  lastSignInAt: string | null;
}

/** @throws TidemarkError `not_found` */
export async function readPerson(db: Queryable, id: string): Promise<Person> {
  const { rows } = UUID.test(id) ? await db.query<Person>(PERSON, [id]) : { rows: [] };
  if (!rows[0]) throw notFound("There is nobody with this id.");
  return rows[0];
}

/** The same, held until the transaction is over: whoever else changes them waits. */
export async function holdPerson(client: pg.PoolClient, id: string): Promise<Person> {
  if (UUID.test(id)) await client.query("SELECT FROM crm.users WHERE id = $1 FOR UPDATE", [id]);
  return readPerson(client, id);
}

const PERSON = `
  SELECT
    users.id,
    users.email,
    coalesce(users.first_name, '') AS "firstName",
    coalesce(users.last_name, '') AS "lastName",
    people.name,
    users.team_id AS "teamId",
    teams.name AS team,
    users.manager_user_id AS "managerId",
    managers.email AS manager,
    users.is_active AS "isActive",
    users.source,
    users.created_at AS "createdAt",
    held.ids AS "roleIds",
    held.names AS roles,
    md5(concat_ws(' ', users.updated_at, held.ids)) AS version,
    (
      SELECT max(occurred_at)
      FROM ops.audit_events
      WHERE actor_user_id = users.id AND kind = 'sign_in'
    ) AS "lastSignInAt"
  FROM crm.users
  JOIN mart.people ON people.user_id = users.id
  LEFT JOIN crm.teams ON teams.id = users.team_id
  LEFT JOIN crm.users AS managers ON managers.id = users.manager_user_id
  CROSS JOIN LATERAL (
    SELECT
      coalesce(array_agg(roles.id::text ORDER BY roles.role_name), '{}') AS ids,
      coalesce(array_agg(roles.role_name ORDER BY roles.role_name), '{}') AS names
    FROM crm.user_roles
    JOIN crm.roles ON roles.id = user_roles.role_id
    WHERE user_roles.user_id = users.id
  ) AS held
  WHERE users.id = $1`;
