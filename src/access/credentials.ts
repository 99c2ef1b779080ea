import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { inTransaction } from "../db/transaction.ts";
import { TidemarkError } from "../errors.ts";
import { hashPassword } from "./argon2.ts";
import { forgetFailures } from "./attempts.ts";
import { type Actor, recordEvent } from "./audit.ts";
import { endSessions } from "./sessions.ts";

export const SHORTEST = 12;
/** More is not safer, and hashing a book takes time. */
export const LONGEST = 200;

/** Refuses a password that is easily guessed. @throws TidemarkError `bad_password` */
export function checkPassword(password: string, email: string): void {
  const length = [...password].length;
  if (length < SHORTEST || length > LONGEST)
    throw badPassword(
      `A password has ${SHORTEST} to ${LONGEST} characters; this one has ${length}.`,
    );
  const plain = password.toLowerCase();
  if (plain === email.toLowerCase() || plain === email.toLowerCase().split("@")[0])
    throw badPassword("The password must not be the e-mail address.");
  if (new Set(plain).size < 4) throw badPassword("The password repeats too few characters.");
}

const badPassword = (message: string) =>
  new TidemarkError("bad_password", 400, message, { parameter: "password" });

/** Whose password is changed, by whom. */
export interface PasswordChange {
  userId: string;
  email: string;
  password: string;
  actor: Actor;
  /** Something that has to hold as well, in the same transaction: it throws when it does not. */
  proof?: (client: pg.PoolClient) => Promise<void>;
}

/**
 * Gives a person a new password. It ends all their sessions, uses up all their links, and unlocks the account.
 * @throws TidemarkError `bad_password`
 */
export async function changePassword(pool: pg.Pool, change: PasswordChange): Promise<void> {
  const { userId, email, password, actor, proof } = change;
  checkPassword(password, email);
  const hash = await hashPassword(password);
  await inTransaction(pool, async (client) => {
    await proof?.(client);
    await client.query(
      `INSERT INTO ops.credentials (user_id, password_hash)
       VALUES ($1, $2)
       ON CONFLICT (user_id) DO UPDATE
       SET password_hash = EXCLUDED.password_hash, changed_at = now()`,
      [userId, hash],
    );
    await client.query("DELETE FROM ops.password_links WHERE user_id = $1", [userId]);
    await endSessions(client, userId);
    await recordEvent(client, { kind: "password_changed", actor, subject: email });
  });
  await forgetFailures(pool, email);
}

export interface Credentials {
  userId: string;
  /** Undefined: they have no password, or are inactive. */
  hash: string | undefined;
}

/** Whom an e-mail address belongs to. @returns undefined when there is nobody */
export async function findCredentials(
  db: Queryable,
  email: string,
): Promise<Credentials | undefined> {
  const { rows } = await db.query<{ id: string; hash: string | null }>(
    `SELECT users.id, credentials.password_hash AS hash
     FROM crm.users
     LEFT JOIN ops.credentials ON credentials.user_id = users.id AND users.is_active
     WHERE lower(users.email) = lower($1)`,
    [email],
  );
  const [found] = rows;
  return found && { userId: found.id, hash: found.hash ?? undefined };
}

/** Replaces a hash that has become cheap, unless somebody has changed the password meanwhile. */
export async function renewHash(db: Queryable, { userId, hash }: Credentials, password: string) {
  await db.query(
    "UPDATE ops.credentials SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2",
    [userId, hash, await hashPassword(password)],
  );
}
