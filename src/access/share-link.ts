import { createHash } from "node:crypto";
import type { Queryable } from "../db/queryable.ts";
import { type Permission, rowPermissions, sharePermission } from "./permission.ts";

/** The permission that a report needs; undefined: there is no such report. */
export type TopicOf = (report: string) => Permission | undefined;

/** A link as it is now; what its address carries is kept nowhere. */
export interface ShareLink {
  id: string;
  /** Who made it: rows are read as them. */
  sharer: { id: string; name: string; email: string };
  report: string;
  query: string;
  /** Any but the first: it opens nothing. */
  state: "active" | "expired" | "revoked" | "owner inactive" | "no longer permitted";
  createdAt: Date;
  expiresAt: Date;
  /** To the minute; null: never. */
  lastOpenedAt: Date | null;
  revokedAt: Date | null;
}

interface Row {
  id: string;
  user_id: string;
  name: string;
  email: string;
  is_active: boolean;
  permissions: Permission[];
  report: string;
  query: string;
  row_permission: Permission;
  created_at: string;
  expires_at: string;
  has_expired: boolean;
  last_opened_at: string | null;
  revoked_at: string | null;
}

/** Links, the newest first: of a person, the one with this hash, or all. */
export async function readShareLinks(
  db: Queryable,
  { ownerId, tokenHash }: { ownerId?: string; tokenHash?: Buffer },
  topicOf: TopicOf,
): Promise<ShareLink[]> {
  const { rows } = await db.query<Row>(
    `SELECT
       links.id,
       links.user_id,
       people.name,
       users.email,
       users.is_active,
       crm.permissions_of(users.id) AS permissions,
       links.report,
       links.query,
       links.row_permission,
       links.created_at,
       links.expires_at,
       links.expires_at <= now() AS has_expired,
       links.last_opened_at,
       links.revoked_at
     FROM ops.share_links AS links
     JOIN crm.users ON users.id = links.user_id
     JOIN mart.people ON people.user_id = links.user_id
     WHERE ($1::uuid IS NULL OR links.user_id = $1) AND ($2::bytea IS NULL OR links.token_hash = $2)
     ORDER BY links.created_at DESC, links.id`,
    [ownerId ?? null, tokenHash ?? null],
  );
  return rows.map((row) => {
    const permissions = new Set(row.permissions);
    return {
      id: row.id,
      sharer: { id: row.user_id, name: row.name, email: row.email },
      report: row.report,
      query: row.query,
      state: stateOf(row, permissions, topicOf),
      createdAt: new Date(row.created_at),
      expiresAt: new Date(row.expires_at),
      lastOpenedAt: row.last_opened_at === null ? null : new Date(row.last_opened_at),
      revokedAt: row.revoked_at === null ? null : new Date(row.revoked_at),
    };
  });
}

/** Who has come to see more, or fewer, did not mean to show that to whoever has the link. */
function stateOf(
  row: Row,
  permissions: ReadonlySet<Permission>,
  topicOf: TopicOf,
): ShareLink["state"] {
  if (row.revoked_at !== null) return "revoked";
  if (row.has_expired) return "expired";
  if (!row.is_active) return "owner inactive";
  const topic = topicOf(row.report);
  const widest = rowPermissions.findLast((one) => permissions.has(one));
  const isPermitted =
    topic !== undefined &&
    permissions.has(topic) &&
    permissions.has(sharePermission) &&
    widest === row.row_permission;
  return isPermitted ? "active" : "no longer permitted";
}

/** The link that an address carries. @returns undefined where it opens nothing, for whatever reason */
export async function findShareLink(
  db: Queryable,
  token: string,
  topicOf: TopicOf,
): Promise<ShareLink | undefined> {
  const [found] = await readShareLinks(db, { tokenHash: hashOf(token) }, topicOf);
  return found?.state === "active" ? found : undefined;
}

/** To the minute, as tokens have it. */
export const noteOpened = (db: Queryable, id: string) =>
  db.query(
    `UPDATE ops.share_links SET last_opened_at = now()
     WHERE id = $1 AND (last_opened_at IS NULL OR last_opened_at < now() - interval '1 minute')`,
    [id],
  );

/** It is random enough that a plain hash tells nothing of it. */
export const hashOf = (token: string) => createHash("sha256").update(token).digest();
