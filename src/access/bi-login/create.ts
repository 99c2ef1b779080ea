import { randomBytes } from "node:crypto";
import pg from "pg";
import { inTransaction } from "../../db/transaction.ts";
import { TidemarkError } from "../../errors.ts";
import { type Actor, recordEvent } from "../audit.ts";
import { MARK } from "./mark.ts";
import { checkLoginName } from "./name.ts";
import { requireConnect, requireCreateRole } from "./privileges.ts";
import { scramVerifier } from "./scram.ts";
import { setUpLogin } from "./settings.ts";

export interface NewBiLogin {
  /** Of the login, and of the tool that will use it. */
  name: string;
  /** Whose rows it sees; null: everybody's. */
  person: { id: string; email: string; isActive: boolean } | null;
  /** How many it may have open at once. */
  connections: number;
  actor: Actor;
}

/** Of one that is there, and of one that another transaction is making. */
const DUPLICATE = new Set(["42710", "23505"]);

/**
 * Makes a PostgreSQL login for one BI tool: a reader of the views in schema reporting and nothing else, which is one
 * person or sees everybody's rows. All of it or nothing.
 * @returns the database's name, and the password, which is kept nowhere
 * @throws TidemarkError `bad_login_name`, `login_taken`, `inactive_user`, `missing_privilege`
 */
export async function createBiLogin(
  pool: pg.Pool,
  { name, person, connections, actor }: NewBiLogin,
): Promise<{ database: string; password: string }> {
  const login = pg.escapeIdentifier(checkLoginName(name));
  if (person && !person.isActive)
    throw new TidemarkError("inactive_user", 409, `${person.email} is inactive and sees no rows`);
  const password = randomBytes(24).toString("base64url");
  return inTransaction(pool, async (client) => {
    await requireCreateRole(client);
    const { database, version, mark } = await place(client);
    await client
      .query(
        `CREATE ROLE ${login} LOGIN CONNECTION LIMIT ${connections} PASSWORD ${pg.escapeLiteral(scramVerifier(password))}`,
      )
      .catch((error) => {
        throw DUPLICATE.has(error.code) ? taken(name, error) : error;
      });
    await client.query(`COMMENT ON ROLE ${login} IS ${pg.escapeLiteral(mark)}`);
    await setUpLogin(client, name);
    // It has what the reader may do, and need not become it.
    const how = version >= 160_000 ? "WITH INHERIT TRUE, SET FALSE" : "";
    await client.query(`GRANT tidemark_reader TO ${login} ${how}`);
    await client.query(`GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(database)} TO ${login}`);
    await requireConnect(client, name);
    await client.query(
      `INSERT INTO ops.bi_logins (login_name, user_id) VALUES ($1, $2)
       -- What is left of a login that somebody dropped by hand.
       ON CONFLICT (login_name) DO UPDATE SET user_id = EXCLUDED.user_id, created_at = now()`,
      [name, person?.id ?? null],
    );
    const details = { sees: person?.email ?? "all rows", connections };
    await recordEvent(client, { kind: "bi_login_created", actor, subject: name, details });
    return { database, password };
  });
}

const place = async (client: pg.PoolClient) =>
  (
    await client.query<{ database: string; version: number; mark: string }>(
      `SELECT current_database() AS database, current_setting('server_version_num')::int AS version, ${MARK} AS mark`,
    )
  ).rows[0] as { database: string; version: number; mark: string };

const taken = (name: string, cause: unknown) =>
  new TidemarkError(
    "login_taken",
    409,
    `The server has a login "${name}" already, for whatever it may be: choose another name`,
    { parameter: "name", cause },
  );
