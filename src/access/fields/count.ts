import type { Queryable } from "../../db/queryable.ts";

/** How many values take which key, by fingerprint. */
export async function countByKey(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ fingerprint: string; count: number }>(
    `SELECT key_fingerprint AS fingerprint, count(*)::integer AS count
     FROM crm.contact_secrets
     GROUP BY key_fingerprint
     ORDER BY key_fingerprint`,
  );
  return new Map(rows.map(({ fingerprint, count }) => [fingerprint, count]));
}
