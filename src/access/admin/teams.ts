import type pg from "pg";
import type { Queryable } from "../../db/queryable.ts";
import { inTransaction } from "../../db/transaction.ts";
import { badParameter, notFound, TidemarkError } from "../../errors.ts";
import { type Actor, recordEvent } from "../audit.ts";
import { UUID } from "../uuid.ts";
import { changedMeanwhile } from "./keepers.ts";

const LONGEST = 100;

export interface Team {
  id: string;
  name: string;
  /** Everybody in it, and those of them who are active. */
  people: number;
  active: number;
  /** Changes whenever the team does. */
  version: string;
}

/** Every team, by name. */
export async function listTeams(db: Queryable): Promise<Team[]> {
  const { rows } = await db.query<Team>(
    `SELECT
       teams.id,
       teams.name,
       count(users.id)::int AS people,
       count(users.id) FILTER (WHERE users.is_active)::int AS active,
       teams.updated_at AS version
     FROM crm.teams
     LEFT JOIN crm.users ON users.team_id = teams.id
     GROUP BY teams.id
     ORDER BY lower(teams.name), teams.id`,
  );
  return rows;
}

/** @throws TidemarkError `bad_parameter` for a name that is empty, too long or taken */
export const addTeam = (pool: pg.Pool, { actor, name }: { actor: Actor; name: string }) =>
  inTransaction(pool, async (client) => {
    const given = checkName(name);
    await client.query("INSERT INTO crm.teams (name) VALUES ($1)", [given]).catch(explain);
    const details = { after: { name: given } };
    await recordEvent(client, { kind: "team_changed", actor, subject: given, details });
  });

interface Change {
  actor: Actor;
  id: string;
  /** The team's when the form was shown. */
  version: string;
}

/** @throws TidemarkError `bad_parameter`, `not_found`, `changed_meanwhile` */
export const renameTeam = (pool: pg.Pool, { name, ...change }: Change & { name: string }) =>
  inTransaction(pool, async (client) => {
    const given = checkName(name);
    const before = await holdTeam(client, change);
    if (before === given) return;
    await client
      .query("UPDATE crm.teams SET name = $2 WHERE id = $1", [change.id, given])
      .catch(explain);
    const details = { before: { name: before }, after: { name: given } };
    const { actor } = change;
    await recordEvent(client, { kind: "team_changed", actor, subject: before, details });
  });

/** @throws TidemarkError `team_in_use` while anybody is in it, `not_found`, `changed_meanwhile` */
export const deleteTeam = (pool: pg.Pool, change: Change) =>
  inTransaction(pool, async (client) => {
    const name = await holdTeam(client, change);
    const { rows } = await client.query<{ people: number }>(
      "SELECT count(*)::int AS people FROM crm.users WHERE team_id = $1",
      [change.id],
    );
    if (rows[0]?.people !== 0)
      throw new TidemarkError(
        "team_in_use",
        409,
        `Somebody is in ${name}, also if they are not active. Put them into another team first.`,
      );
    await client.query("DELETE FROM crm.teams WHERE id = $1", [change.id]);
    const details = { before: { name } };
    const { actor } = change;
    await recordEvent(client, { kind: "team_changed", actor, subject: name, details });
  });

/** Nobody gets into it, or changes it, until the transaction is over. @returns its name */
async function holdTeam(client: pg.PoolClient, { id, version }: Change): Promise<string> {
  const { rows } = UUID.test(id)
    ? await client.query<{ name: string; version: string }>(
        "SELECT name, updated_at AS version FROM crm.teams WHERE id = $1 FOR UPDATE",
        [id],
      )
    : { rows: [] };
  if (!rows[0]) throw notFound("There is no such team any more.");
  if (rows[0].version !== version) throw changedMeanwhile(rows[0].name);
  return rows[0].name;
}

function checkName(given: string): string {
  const name = given.trim();
  if (name === "") throw badParameter("name", "A team has a name.");
  if ([...name].length > LONGEST) throw badParameter("name", `At most ${LONGEST} characters.`);
  return name;
}

function explain(error: { constraint?: string }): never {
  throw error.constraint === "teams_name_key"
    ? badParameter("name", "There is a team of this name.")
    : error;
}
