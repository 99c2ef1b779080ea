import { randomBytes } from "node:crypto";
import type pg from "pg";
import { inTransaction } from "../db/transaction.ts";
import { badParameter, notPermitted } from "../errors.ts";
import { type Actor, recordEvent } from "./audit.ts";
import { rowPermissions } from "./permission.ts";
import { hashOf } from "./share-link.ts";
import type { Viewer } from "./viewer.ts";

const LONGEST_QUERY = 4_000;
/** That open something, of one person. */
const MOST_LINKS = 100;
const USUAL_DAYS = [1, 7, 30];

/** How many days a link may open. @param most what the operator allows */
export const shareDays = (most: number): number[] => [
  ...USUAL_DAYS.filter((days) => days < most),
  most,
];

export interface ShareRequest {
  sharer: Viewer;
  /** Slug. */
  report: string;
  /** Canonical query string. */
  query: string;
  /** How long it opens. */
  days: number;
  actor: Actor;
}

/**
 * Makes a link, and notes who did.
 * @returns what its address carries, which cannot be had again
 * @throws TidemarkError `bad_parameter` for one link too many, or more filters than it can hold
 */
export const createShareLink = (
  pool: pg.Pool,
  { sharer, report, query, days, actor }: ShareRequest,
): Promise<{ id: string; token: string; expiresAt: Date }> =>
  inTransaction(pool, async (client) => {
    const rowPermission = rowPermissions.findLast((one) => sharer.permissions.has(one));
    if (!rowPermission) throw notPermitted(rowPermissions);
    if (query.length > LONGEST_QUERY)
      throw badParameter("query", "These are more filters than a link can hold. Choose fewer.");
    await requireRoom(client, sharer.id);
    const token = randomBytes(32).toString("base64url");
    const { rows } = await client.query<{ id: string; expires_at: string }>(
      `INSERT INTO ops.share_links (user_id, report, query, row_permission, token_hash, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6))
       RETURNING id, expires_at`,
      [sharer.id, report, query, rowPermission, hashOf(token), days],
    );
    const [made] = rows as [{ id: string; expires_at: string }];
    const expiresAt = new Date(made.expires_at);
    await recordEvent(client, {
      kind: "share_link_created",
      actor,
      subject: report,
      details: { share_link_id: made.id, query, expires_at: expiresAt },
    });
    return { id: made.id, token, expiresAt };
  });

async function requireRoom(client: pg.PoolClient, userId: string) {
  await client.query("SELECT pg_advisory_xact_lock(hashtext('share links ' || $1))", [userId]);
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count
     FROM ops.share_links
     WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()`,
    [userId],
  );
  if ((rows[0]?.count ?? 0) >= MOST_LINKS)
    throw badParameter("query", `You have ${MOST_LINKS} links out already. Revoke one first.`);
}
