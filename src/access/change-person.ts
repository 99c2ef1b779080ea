import type pg from "pg";
import { inTransaction } from "../db/transaction.ts";
import { TidemarkError } from "../errors.ts";
import { type Actor, recordEvent } from "./audit.ts";
import { findPerson } from "./people.ts";
import { endSessions } from "./sessions.ts";

/** What may be said of a person; what is left out stays as it is. */
export interface PersonDetails {
  firstName?: string;
  lastName?: string;
  /** E-mail address of the person they report to. */
  manager?: string;
  /** Made when there is none of that name. */
  team?: string;
  /** All roles that they have from now on. */
  roles?: readonly string[];
}

/**
 * Adds a person, who cannot sign in before they have a password.
 * @returns their id
 * @throws TidemarkError `bad_email`, `user_exists`, and what `changePerson` throws
 */
export const addPerson = (
  pool: pg.Pool,
  email: string,
  details: PersonDetails,
  actor: Actor,
): Promise<string> =>
  inTransaction(pool, async (client) => {
    if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 320)
      throw new TidemarkError("bad_email", 400, `"${email}" is not an e-mail address`);
    const { rows } = await client.query<{ id: string }>(
      "INSERT INTO crm.users (email) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id",
      [email],
    );
    if (!rows[0])
      throw new TidemarkError("user_exists", 409, `There is a person with the address ${email}`);
    await write(client, rows[0].id, details);
    await recordEvent(client, {
      kind: "user_added",
      actor,
      subject: email,
      details: { ...details },
    });
    return rows[0].id;
  });

/**
 * Changes what is said of a person.
 * @throws TidemarkError `no_such_user`, `no_such_role`, `bad_manager`
 */
export const changePerson = (
  pool: pg.Pool,
  email: string,
  details: PersonDetails,
  actor: Actor,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    const person = await findPerson(client, email);
    await write(client, person.id, details);
    const { roles, ...rest } = details;
    const subject = person.email;
    if (roles)
      await recordEvent(client, { kind: "roles_changed", actor, subject, details: { roles } });
    if (Object.keys(rest).length > 0)
      await recordEvent(client, { kind: "user_changed", actor, subject, details: rest });
  });

/** Lets a person in no more, at once, or again. @throws TidemarkError `no_such_user` */
export const setActive = (
  pool: pg.Pool,
  email: string,
  isActive: boolean,
  actor: Actor,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    const { id, email: subject } = await findPerson(client, email);
    await client.query("UPDATE crm.users SET is_active = $2 WHERE id = $1", [id, isActive]);
    if (!isActive) {
      await endSessions(client, id);
      await client.query("DELETE FROM ops.password_links WHERE user_id = $1", [id]);
    }
    await recordEvent(client, { kind: "user_changed", actor, subject, details: { isActive } });
  });

async function write(client: pg.PoolClient, id: string, details: PersonDetails) {
  const { firstName, lastName, manager, team, roles } = details;
  const managerId = manager === undefined ? null : (await findPerson(client, manager)).id;
  const teamId = team === undefined ? null : await ensureTeam(client, team);
  await client
    .query(
      `UPDATE crm.users
       SET
         first_name = coalesce($2, first_name),
         last_name = coalesce($3, last_name),
         manager_user_id = coalesce($4, manager_user_id),
         team_id = coalesce($5, team_id)
       WHERE id = $1`,
      [id, firstName ?? null, lastName ?? null, managerId, teamId],
    )
    .catch(explainTree);
  if (roles) await setRoles(client, id, roles);
}

async function ensureTeam(client: pg.PoolClient, name: string): Promise<string> {
  await client.query("INSERT INTO crm.teams (name) VALUES ($1) ON CONFLICT DO NOTHING", [name]);
  const { rows } = await client.query("SELECT id FROM crm.teams WHERE name = $1", [name]);
  return rows[0].id;
}

async function setRoles(client: pg.PoolClient, id: string, names: readonly string[]) {
  const { rows: all } = await client.query<{ id: string; role_name: string }>(
    "SELECT id, role_name FROM crm.roles ORDER BY role_name",
  );
  const chosen = names.map((name) => {
    const role = all.find(({ role_name }) => role_name.toLowerCase() === name.toLowerCase());
    if (role) return role.id;
    const allowed = all.map(({ role_name }) => role_name);
    throw new TidemarkError(
      "no_such_role",
      400,
      `There is no role "${name}"; there are ${allowed.join(", ")}`,
      { allowed },
    );
  });
  await client.query("DELETE FROM crm.user_roles WHERE user_id = $1", [id]);
  await client.query("INSERT INTO crm.user_roles SELECT DISTINCT $1::uuid, unnest($2::uuid[])", [
    id,
    chosen,
  ]);
}

function explainTree(error: { constraint?: string }): never {
  if (error.constraint !== "users_manager_tree" && error.constraint !== "users_check") throw error;
  throw new TidemarkError(
    "bad_manager",
    400,
    "Nobody can report to themself, directly or through others",
  );
}
