import type pg from "pg";

/** Stamps of the wall clock: the only columns that may differ between two loads. */
const CLOCK = ["updated_at", "recorded_at"];
/** Made by the core with random keys, outside of the demo. */
const NOT_OURS = ["fiscal_periods", "roles", "permissions", "role_permissions"];

/** Per core table, a digest of all rows whatever their order. Partitions count as their parent. */
export async function checksums(pool: pg.Pool): Promise<Record<string, string>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> ALL ($1)
     ORDER BY relname`,
    [NOT_OURS],
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    // A quota names its period by the period's random key.
    const leftOut = name === "quotas" ? [...CLOCK, "fiscal_period_id"] : CLOCK;
    const { rows } = await pool.query(
      `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(digest, '' ORDER BY digest)), 'none') AS digest
       FROM (SELECT md5((to_jsonb(t) - $1::text[])::text) AS digest FROM crm.${name} AS t) AS digests`,
      [leftOut],
    );
    digests[name] = rows[0].digest;
  }
  return digests;
}

/** Every index, constraint and trigger of the core with its definition and comment. */
export async function shapeOf(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT pg_get_indexdef(indexrelid) || ' -- ' || coalesce(obj_description(indexrelid, 'pg_class'), '') AS line
     FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
     WHERE relnamespace = 'crm'::regnamespace AND NOT relispartition
     UNION ALL
     SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated
       || ' -- ' || coalesce(obj_description(oid, 'pg_constraint'), '')
     FROM pg_constraint WHERE connamespace = 'crm'::regnamespace AND conparentid = 0
       AND conrelid NOT IN (SELECT oid FROM pg_class WHERE relispartition)
     UNION ALL
     SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text
     FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
     WHERE NOT tgisinternal AND relnamespace = 'crm'::regnamespace AND NOT relispartition
     ORDER BY line`,
  );
  return rows.map(({ line }) => line);
}
