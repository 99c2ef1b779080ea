import type { Queryable } from "../db/queryable.ts";
import { TidemarkError } from "../errors.ts";
import { hashPassword } from "./argon2.ts";

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

/**
 * Gives a person a new password.
 * @throws TidemarkError `bad_password`
 */
export async function setPassword(
  db: Queryable,
  { userId, email }: { userId: string; email: string },
  password: string,
): Promise<void> {
  checkPassword(password, email);
  await storeHash(db, userId, await hashPassword(password));
}

const storeHash = (db: Queryable, userId: string, hash: string) =>
  db.query(
    `INSERT INTO ops.credentials (user_id, password_hash)
     VALUES ($1, $2)
     ON CONFLICT (user_id) DO UPDATE
     SET password_hash = EXCLUDED.password_hash, changed_at = now()`,
    [userId, hash],
  );

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
