import { createHash, randomBytes } from "node:crypto";
import type { Queryable } from "../db/queryable.ts";
import type { Moment } from "../db/standstill.ts";
import { type Permission, rowPermissions, topicPermissions } from "./permission.ts";
import { readViewer, serviceViewer, type Viewer } from "./viewer.ts";

/** What a token can be for, and what that permits at most. */
export const scopes = {
  reports: [...rowPermissions, ...topicPermissions, "export:download"],
  ingest: ["data:ingest"],
  status: ["status:view"],
} as const satisfies Record<string, readonly Permission[]>;

export type Scope = keyof typeof scopes;
export const scopeNames = Object.keys(scopes) as Scope[];

/** So that a scanner for leaked secrets knows one. */
const PREFIX = "tidemark_";

export interface NewToken {
  name: string;
  /** Whose rows and permissions; null: a service's, which sees all rows. */
  userId: string | null;
  scopes: readonly Scope[];
  /** Null: never. */
  expiresAt: Date | null;
  /** Who made it; null: the operator. */
  createdBy: string | null;
  /** For programs that can only be given an address: the one report whose downloads it opens, and nothing else. */
  addressReport?: string | undefined;
}

/** Makes a token. @returns its id, and the token itself, which cannot be had again */
export async function createToken(
  db: Queryable,
  { name, userId, scopes: chosen, expiresAt, createdBy, addressReport }: NewToken,
): Promise<{ id: string; token: string }> {
  const token = PREFIX + randomBytes(32).toString("base64url");
  const { rows } = await db.query(
    `INSERT INTO ops.api_tokens (name, user_id, scopes, token_hash, expires_at, created_by_user_id, address_report)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     RETURNING id`,
    [name, userId, chosen, hashOf(token), expiresAt, createdBy, addressReport ?? null],
  );
  const [made] = rows as [{ id: string }];
  return { id: made.id, token };
}

export interface UsedToken {
  id: string;
  viewer: Viewer;
  /** From this instant on it is none; null: never. */
  expiresAt: string | null;
}

/**
 * Who a token speaks for.
 * @param addressReport the report whose address it came in; one that came in a header when left out. Neither serves as the other
 * @returns undefined when it is unknown, expired or revoked, or its owner is gone or inactive
 */
export async function useToken(
  db: Queryable,
  token: string,
  addressReport?: string,
): Promise<UsedToken | undefined> {
  const { rows } = await db.query<{
    id: string;
    name: string;
    user_id: string | null;
    scopes: Scope[];
    expires_at: string | null;
  }>(
    `SELECT id, name, user_id, scopes, expires_at
     FROM ops.api_tokens
     WHERE token_hash = $1
       AND revoked_at IS NULL
       AND (expires_at IS NULL OR expires_at > now())
       AND address_report IS NOT DISTINCT FROM $2`,
    [hashOf(token), addressReport ?? null],
  );
  const [found] = rows;
  if (!found) return undefined;
  const viewer = await viewerOf(db, found);
  if (!viewer) return undefined;
  await noteUse(db, found.id);
  return { id: found.id, viewer, expiresAt: found.expires_at };
}

/** As `useToken` at that moment, remembered from others: to the minute, in which its use is noted. */
export async function recallToken(
  db: Queryable,
  { at, recall }: Moment,
  token: string,
  addressReport?: string,
): Promise<UsedToken | undefined> {
  const key = JSON.stringify([
    "token",
    at.slice(0, "2026-11-21T10:42".length),
    token,
    addressReport,
  ]);
  const used = await recall(key, () => useToken(db, token, addressReport));
  return used?.expiresAt && Date.parse(used.expiresAt) <= Date.parse(at) ? undefined : used;
}

/** What is the matter with a token that `useToken` does not take; its id and name, if it ever was one. */
export async function whyRefused(
  db: Queryable,
  token: string,
): Promise<{
  reason: "unknown" | "revoked" | "expired" | "owner inactive" | "in the wrong place";
  id?: string;
  name?: string;
}> {
  const { rows } = await db.query<{
    id: string;
    name: string;
    reason: "revoked" | "expired" | "owner inactive" | "in the wrong place";
  }>(
    `SELECT
       api_tokens.id,
       api_tokens.name,
       CASE
         WHEN revoked_at IS NOT NULL THEN 'revoked'
         WHEN expires_at <= now() THEN 'expired'
         WHEN NOT coalesce(users.is_active, true) THEN 'owner inactive'
         -- One for an address in a header, or the other way round, or for another report.
         ELSE 'in the wrong place'
       END AS reason
     FROM ops.api_tokens
     LEFT JOIN crm.users ON users.id = user_id
     WHERE token_hash = $1`,
    [hashOf(token)],
  );
  return rows[0] ?? { reason: "unknown" };
}

async function viewerOf(
  db: Queryable,
  found: { name: string; user_id: string | null; scopes: Scope[] },
): Promise<Viewer | undefined> {
  const within = new Set<Permission>(found.scopes.flatMap((scope) => scopes[scope]));
  if (found.user_id === null) return serviceViewer(found.name, within);
  const owner = await readViewer(db, found.user_id);
  return (
    owner && {
      ...owner,
      permissions: new Set([...owner.permissions].filter((one) => within.has(one))),
    }
  );
}

/** To the minute: a client that asks a hundred times a second should not write as often. */
const noteUse = (db: Queryable, id: string) =>
  db.query(
    `UPDATE ops.api_tokens SET last_used_at = now()
     WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    [id],
  );

/** A token is random enough that a plain hash tells nothing of it. */
const hashOf = (token: string) => createHash("sha256").update(token).digest();
