import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { inTransaction } from "../db/transaction.ts";
import { notFound } from "../errors.ts";
import { type Actor, recordEvent } from "./audit.ts";
import type { Scope } from "./token.ts";
import { UUID } from "./uuid.ts";

/** A token as lists show it; the token itself is kept nowhere. */
export interface ListedToken {
  id: string;
  name: string;
  /** Null: a service's. */
  owner: { id: string; name: string; email: string } | null;
  scopes: Scope[];
  /** The report whose address it is for; null: it is sent in a header. */
  addressReport: string | null;
  state: "active" | "expired" | "revoked" | "owner inactive";
  createdAt: Date;
  /** Null: the operator, or somebody who is gone. */
  createdBy: string | null;
  /** Null: never. */
  expiresAt: Date | null;
  /** To the minute; null: never. */
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

interface Row extends Pick<ListedToken, "id" | "name" | "scopes" | "state"> {
  owner_id: string | null;
  address_report: string | null;
  owner_name: string;
  owner_email: string;
  created_by: string | null;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
  revoked_at: string | null;
}

/** Tokens, the newest first. @param ownerId only this person's */
export async function listTokens(db: Queryable, ownerId?: string): Promise<ListedToken[]> {
  const { rows } = await db.query<Row>(
    `SELECT
       tokens.id,
       tokens.name,
       tokens.scopes,
       tokens.address_report,
       tokens.user_id AS owner_id,
       owners.name AS owner_name,
       users.email AS owner_email,
       makers.name AS created_by,
       tokens.created_at,
       tokens.expires_at,
       tokens.last_used_at,
       tokens.revoked_at,
       CASE
         WHEN tokens.revoked_at IS NOT NULL THEN 'revoked'
         WHEN tokens.expires_at <= now() THEN 'expired'
         WHEN NOT users.is_active THEN 'owner inactive'
         ELSE 'active'
       END AS state
     FROM ops.api_tokens AS tokens
     LEFT JOIN crm.users ON users.id = tokens.user_id
     LEFT JOIN mart.people AS owners ON owners.user_id = tokens.user_id
     LEFT JOIN mart.people AS makers ON makers.user_id = tokens.created_by_user_id
     WHERE $1::uuid IS NULL OR tokens.user_id = $1
     ORDER BY tokens.created_at DESC, tokens.id`,
    [ownerId ?? null],
  );
  return rows.map(listed);
}

const listed = (row: Row): ListedToken => ({
  id: row.id,
  name: row.name,
  owner:
    row.owner_id === null
      ? null
      : { id: row.owner_id, name: row.owner_name, email: row.owner_email },
  scopes: row.scopes,
  addressReport: row.address_report,
  state: row.state,
  createdAt: new Date(row.created_at),
  createdBy: row.created_by,
  expiresAt: asDate(row.expires_at),
  lastUsedAt: asDate(row.last_used_at),
  revokedAt: asDate(row.revoked_at),
});

const asDate = (text: string | null) => (text === null ? null : new Date(text));

/**
 * Ends a token, from the next request on, and notes who did.
 * @param ownerId only if it is this person's; somebody else's is not found
 * @returns its name, and whether it was revoked before
 * @throws TidemarkError `not_found`
 */
export async function revokeToken(
  pool: pg.Pool,
  id: string,
  actor: Actor,
  ownerId?: string,
): Promise<{ name: string; wasRevoked: boolean }> {
  if (!UUID.test(id)) throw notFound(`There is no token ${id}; lists of tokens have the id`);
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{
      name: string;
      was_revoked: boolean;
      owner: string | null;
    }>(
      `SELECT tokens.name, tokens.revoked_at IS NOT NULL AS was_revoked, users.email AS owner
       FROM ops.api_tokens AS tokens
       LEFT JOIN crm.users ON users.id = tokens.user_id
       WHERE tokens.id = $1 AND ($2::uuid IS NULL OR tokens.user_id = $2)
       FOR UPDATE OF tokens`,
      [id, ownerId ?? null],
    );
    const [found] = rows;
    if (!found) throw notFound(`There is no token ${id}`);
    const { name, was_revoked: wasRevoked, owner } = found;
    if (!wasRevoked) {
      await client.query("UPDATE ops.api_tokens SET revoked_at = now() WHERE id = $1", [id]);
      const details = { token_id: id, owner };
      await recordEvent(client, { kind: "token_revoked", actor, subject: name, details });
    }
    return { name, wasRevoked };
  });
}
