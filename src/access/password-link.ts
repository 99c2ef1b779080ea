import { createHash, randomBytes } from "node:crypto";
import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { TidemarkError } from "../errors.ts";
import type { Actor } from "./audit.ts";
import { changePassword } from "./credentials.ts";

export const LINK_MINUTES = 60;

/** Whom a link belongs to. */
export interface LinkOwner {
  userId: string;
  email: string;
  name: string;
}

/** Makes a link by which a person may choose a password. @returns what its address carries, which cannot be had again */
export async function createPasswordLink(db: Queryable, userId: string): Promise<string> {
  await db.query("DELETE FROM ops.password_links WHERE expires_at <= now()");
  const token = randomBytes(32).toString("base64url");
  await db.query(
    `INSERT INTO ops.password_links (token_hash, user_id, expires_at)
     VALUES ($1, $2, now() + $3 * interval '1 minute')`,
    [hashOf(token), userId, LINK_MINUTES],
  );
  return token;
}

/** The page on which the password is chosen. */
export const linkAddress = (base: URL | string, token: string): string =>
  new URL(`/set-password?link=${token}`, base).href;

/** Whom a link belongs to, without using it up. @throws TidemarkError `bad_link` */
export async function findLinkOwner(db: Queryable, token: string): Promise<LinkOwner> {
  const { rows } = await db.query<LinkOwner>(
    `SELECT users.id AS "userId", users.email, people.name
     FROM ops.password_links AS links
     JOIN crm.users ON users.id = links.user_id
     JOIN mart.people ON people.user_id = users.id
     WHERE links.token_hash = $1 AND links.expires_at > now() AND users.is_active`,
    [hashOf(token)],
  );
  if (!rows[0]) throw badLink();
  return rows[0];
}

/**
 * Uses a link up and sets the password of whom it belongs to; a password that is refused leaves the link.
 * @throws TidemarkError `bad_link`, `bad_password`
 */
export async function useLink(
  pool: pg.Pool,
  token: string,
  password: string,
  address: string | null,
): Promise<LinkOwner> {
  const owner = await findLinkOwner(pool, token);
  const actor: Actor = { userId: owner.userId, name: owner.name, means: "none", address };
  const proof = async (client: pg.PoolClient) => {
    const { rowCount } = await client.query(
      "DELETE FROM ops.password_links WHERE token_hash = $1 AND expires_at > now()",
      [hashOf(token)],
    );
    // Of two who use it at once, the second finds nothing.
    if (rowCount === 0) throw badLink();
  };
  await changePassword(pool, { ...owner, password, actor, proof });
  return owner;
}

const badLink = () =>
  new TidemarkError(
    "bad_link",
    410,
    "This link has been used, or is too old: it works once, for an hour. Ask for a new one.",
  );

/** It is random enough that a plain hash tells nothing of it. */
const hashOf = (token: string) => createHash("sha256").update(token).digest();
