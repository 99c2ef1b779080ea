import type pg from "pg";
import { inTransaction } from "../db/transaction.ts";
import { notFound } from "../errors.ts";
import { type Actor, recordEvent } from "./audit.ts";
import { UUID } from "./uuid.ts";

/**
 * Ends a link, from the next request on, and notes who did.
 * @param ownerId only if it is this person's; somebody else's is not found
 * @throws TidemarkError `not_found`
 */
export async function revokeShareLink(
  pool: pg.Pool,
  id: string,
  actor: Actor,
  ownerId?: string,
): Promise<void> {
  if (!UUID.test(id)) throw notFound("There is no such link.");
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ report: string; owner: string; was_revoked: boolean }>(
      `SELECT links.report, users.email AS owner, links.revoked_at IS NOT NULL AS was_revoked
       FROM ops.share_links AS links
       JOIN crm.users ON users.id = links.user_id
       WHERE links.id = $1 AND ($2::uuid IS NULL OR links.user_id = $2)
       FOR UPDATE OF links`,
      [id, ownerId ?? null],
    );
    const [found] = rows;
    if (!found) throw notFound("There is no such link.");
    if (found.was_revoked) return;
    await client.query("UPDATE ops.share_links SET revoked_at = now() WHERE id = $1", [id]);
    const { report: subject, owner } = found;
    const details = { share_link_id: id, owner };
    await recordEvent(client, { kind: "share_link_revoked", actor, subject, details });
  });
}
