import type pg from "pg";
import { badParameter } from "../../errors.ts";
import { type Actor, recordEvent } from "../audit.ts";
import { endSessions } from "../sessions.ts";
import { UUID } from "../uuid.ts";
import { changeAccess, changedMeanwhile } from "./keepers.ts";
import { holdPerson, type Person, type PersonFields, readPerson } from "./person.ts";

const LONGEST_EMAIL = 254;
const LONGEST_NAME = 100;

/** What is wrong with each field, as far as it shows without looking who else there is. */
export function personProblems(fields: PersonFields): Partial<Record<keyof PersonFields, string>> {
  const { email, firstName, lastName } = fields;
  const isAddress = /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= LONGEST_EMAIL;
  const tooLong = `At most ${LONGEST_NAME} characters.`;
  return {
    ...(!isAddress && { email: "An e-mail address, such as ann@example.com." }),
    ...([...firstName].length > LONGEST_NAME && { firstName: tooLong }),
    ...([...lastName].length > LONGEST_NAME && { lastName: tooLong }),
  };
}

/**
 * Adds a person. @returns their id
 * @throws TidemarkError `bad_parameter`, naming the field, and what `changeAccess` throws
 */
export const addPerson = (
  pool: pg.Pool,
  { actor, fields }: { actor: Actor; fields: PersonFields },
): Promise<string> =>
  changeAccess(pool, { actor, needs: "user:manage" }, async (client) => {
    checkFields(fields);
    const { rows } = await client
      .query<{ id: string }>(
        `INSERT INTO crm.users (email, first_name, last_name, team_id, manager_user_id, is_active)
         VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id`,
        valuesOf(fields),
      )
      .catch(explain);
    const [{ id }] = rows as [{ id: string }];
    await setRoles(client, id, fields.roleIds);
    const person = await readPerson(client, id);
    const after = { ...factsOf(person), roles: person.roles };
    const details = { user_id: id, after };
    await recordEvent(client, { kind: "user_added", actor, subject: person.email, details });
    return id;
  });

/**
 * Changes a person who is still as they were read.
 * @param version theirs when the form was shown
 * @throws TidemarkError `bad_parameter`, naming the field; `changed_meanwhile`, `not_found`, `own_access`, and what
 * `changeAccess` throws
 */
export const changePerson = (
  pool: pg.Pool,
  change: { actor: Actor; id: string; version: string; fields: PersonFields },
): Promise<void> =>
  changeAccess(pool, { actor: change.actor, needs: "user:manage" }, async (client) => {
    const { actor, id, version, fields } = change;
    checkFields(fields);
    const before = await holdPerson(client, id);
    if (before.version !== version) throw changedMeanwhile(before.name);
    if (before.isActive && !fields.isActive && actor.userId === id)
      throw badParameter("isActive", "Nobody can deactivate themself. Have somebody else do it.");
    await client
      .query(
        `UPDATE crm.users
         SET
           email = $1,
           first_name = $2,
           last_name = $3,
           team_id = $4,
           manager_user_id = $5,
           is_active = $6
         WHERE id = $7`,
        [...valuesOf(fields), id],
      )
      .catch(explain);
    await setRoles(client, id, fields.roleIds);
    if (!fields.isActive) await endSessions(client, id);
    // A link that was sent to an address opens the account to whoever reads mail there.
    if (!fields.isActive || fields.email !== before.email)
      await client.query("DELETE FROM ops.password_links WHERE user_id = $1", [id]);
    await recordChange(client, actor, before, await readPerson(client, id));
  });

async function recordChange(client: pg.PoolClient, actor: Actor, before: Person, after: Person) {
  const subject = before.email;
  const write = async (kind: "user_changed" | "roles_changed", old: Facts, new_: Facts) => {
    const names = Object.keys(old).filter((name) => !isSame(old[name], new_[name]));
    if (names.length === 0) return;
    const only = (facts: Facts) => Object.fromEntries(names.map((name) => [name, facts[name]]));
    const details = { user_id: after.id, before: only(old), after: only(new_) };
    await recordEvent(client, { kind, actor, subject, details });
  };
  await write("user_changed", factsOf(before), factsOf(after));
  await write("roles_changed", { roles: before.roles }, { roles: after.roles });
}

type Facts = Record<string, unknown>;

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** As the audit trail has them. */
const factsOf = ({ email, firstName, lastName, team, manager, isActive }: Person): Facts => ({
  email,
  first_name: firstName,
  last_name: lastName,
  team,
  manager,
  active: isActive,
});

const valuesOf = ({ email, firstName, lastName, teamId, managerId, isActive }: PersonFields) => [
  email,
  firstName || null,
  lastName || null,
  teamId,
  managerId,
  isActive,
];

function checkFields(fields: PersonFields) {
  const [problem] = Object.entries(personProblems(fields));
  if (problem) throw badParameter(...problem);
  for (const [name, ids, message] of [
    ["teamId", [fields.teamId], NO_TEAM],
    ["managerId", [fields.managerId], NO_MANAGER],
    ["roleIds", fields.roleIds, NO_ROLE],
  ] as const)
    if (ids.some((id) => id !== null && !UUID.test(id))) throw badParameter(name, message);
}

const setRoles = async (client: pg.PoolClient, id: string, roleIds: readonly string[]) => {
  await client.query(
    "DELETE FROM crm.user_roles WHERE user_id = $1 AND role_id <> ALL ($2::uuid[])",
    [id, roleIds],
  );
  await client
    .query("INSERT INTO crm.user_roles SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING", [
      id,
      roleIds,
    ])
    .catch(explain);
};

const NO_TEAM = "There is no such team any more.";
const NO_MANAGER = "There is no such person any more.";
const NO_ROLE = "There is no such role any more.";

/** By the constraint that refused it: what is wrong, and in which field. */
const REFUSALS: Readonly<Record<string, readonly [keyof PersonFields, string]>> = {
  users_email_key: ["email", "Somebody else has this e-mail address."],
  users_check: ["managerId", "Nobody reports to themself."],
  users_manager_tree: [
    "managerId",
    "This would be a circle: whom you chose reports to this person already, directly or through others.",
  ],
  users_manager_user_id_fkey: ["managerId", NO_MANAGER],
  users_team_id_fkey: ["teamId", NO_TEAM],
  user_roles_role_id_fkey: ["roleIds", NO_ROLE],
};

function explain(error: { constraint?: string }): never {
  const refusal = REFUSALS[error.constraint ?? ""];
  throw refusal ? badParameter(...refusal) : error;
}
