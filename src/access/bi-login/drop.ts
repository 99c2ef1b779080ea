import pg from "pg";
import type { Queryable } from "../../db/queryable.ts";
import { inTransaction } from "../../db/transaction.ts";
import { databaseUnusable, TidemarkError } from "../../errors.ts";
import { type Actor, recordEvent } from "../audit.ts";
import { listBiLogins } from "./list.ts";
import { MARK } from "./mark.ts";

export interface DropOptions {
  actor: Actor;
  /** End its sessions first; otherwise a login that is in use stays. */
  force?: boolean;
}

const IN_USE_BY_OBJECTS = "2BP01";
const NOT_PERMITTED = "42501";
const TERMINATION_MS = 5_000;

/**
 * Drops a BI login of this database, with all that it owns in it, and nothing else: what another database, another
 * Tidemark or a person has made is left alone, also where it has the same name.
 * @returns false where only its entry was left to remove, because the login itself is gone or is another database's
 * @throws TidemarkError `no_such_login`, `login_in_use`, `login_owns_objects`, `missing_privilege`
 */
export async function dropBiLogin(
  pool: pg.Pool,
  name: string,
  { actor, force = false }: DropOptions,
): Promise<boolean> {
  const { has_login, has_entry } = await find(pool, name);
  if (!has_login && !has_entry) throw await unknown(pool, name);
  const login = pg.escapeIdentifier(name);
  try {
    if (has_login && force) await endSessions(pool, name);
    await inTransaction(pool, async (client) => {
      if (has_login) {
        await requireUnused(client, name);
        await act(client, login);
        await client.query(`DROP OWNED BY ${login}; DROP ROLE ${login}`);
      }
      await client.query("DELETE FROM ops.bi_logins WHERE login_name = $1", [name]);
      await recordEvent(client, { kind: "bi_login_dropped", actor, subject: name });
    });
  } catch (error) {
    throw explain(error, name, force);
  }
  return has_login;
}

const find = async (db: Queryable, name: string) =>
  (
    await db.query<{ has_login: boolean; has_entry: boolean }>(
      `SELECT
         EXISTS (SELECT FROM pg_roles WHERE rolname = $1 AND shobj_description(oid, 'pg_authid') = ${MARK}) AS has_login,
         EXISTS (SELECT FROM ops.bi_logins WHERE login_name = $1) AS has_entry`,
      [name],
    )
  ).rows[0] as { has_login: boolean; has_entry: boolean };

/** Takes on what the login may do: what it owns can be dropped by its members only. */
const act = (client: Queryable, login: string) => client.query(`GRANT ${login} TO CURRENT_USER`);

/** No new session first, because tools connect again at once. */
async function endSessions(pool: pg.Pool, name: string) {
  const login = pg.escapeIdentifier(name);
  await inTransaction(pool, async (client) => {
    await client.query(`ALTER ROLE ${login} NOLOGIN`);
    await act(client, login);
  });
  await pool.query(
    "SELECT pg_terminate_backend(pid, $2) FROM pg_stat_activity WHERE usename = $1",
    [name, TERMINATION_MS],
  );
}

async function requireUnused(db: Queryable, name: string) {
  const { rows } = await db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = $1",
    [name],
  );
  const count = rows[0]?.count ?? 0;
  if (count === 0) return;
  const sessions = count === 1 ? "1 session" : `${count} sessions`;
  throw new TidemarkError(
    "login_in_use",
    409,
    `The login "${name}" is in use, in ${sessions}: stop the tool first, or end them with --force`,
  );
}

async function unknown(db: Queryable, name: string) {
  const names = (await listBiLogins(db)).map((login) => login.name);
  const known = names.length > 0 ? `there are ${names.join(", ")}` : "there are none";
  return new TidemarkError(
    "no_such_login",
    404,
    `There is no BI login "${name}" of this database; ${known}`,
    { allowed: names },
  );
}

function explain(error: unknown, name: string, force: boolean): unknown {
  const {
    code,
    detail = "",
    message,
  } = error as { code?: string; detail?: string; message: string };
  if (code === IN_USE_BY_OBJECTS)
    return new TidemarkError(
      "login_owns_objects",
      409,
      `The login "${name}" has something in another database of the server (${detail.replaceAll("\n", "; ")}): have it dropped there, ` +
        `with DROP OWNED BY "${name}"${force ? ". It can no longer sign in" : ""}`,
      { cause: error },
    );
  if (code === NOT_PERMITTED)
    return databaseUnusable(
      "missing_privilege",
      `The service's login may not drop "${name}" (${message}): use the one that made it`,
      error,
    );
  return error;
}
