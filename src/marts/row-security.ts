import type { Queryable } from "../db/queryable.ts";
import { TidemarkError } from "../errors.ts";

/**
 * Refuses to refresh a mart whose owner does not see every row: row security would fill it with a part of them,
 * without a word.
 * @throws TidemarkError `rows_hidden`, naming the tables
 */
export async function assertSeesAllRows(db: Queryable, mart: string, schema = "mart") {
  const { rows } = await db.query<{ table: string }>(HIDDEN, [schema, mart]);
  if (rows.length === 0) return;
  throw new TidemarkError(
    "rows_hidden",
    500,
    `The owner of mart ${mart} is subject to row security on ${rows.map(({ table }) => table).join(", ")}: ` +
      "it would be filled with a part of the rows",
  );
}

/** $1 schema, $2 mart. A view reads with the rights of its owner, so each table is asked about its direct reader. */
const HIDDEN = `
  WITH RECURSIVE reached AS (
    SELECT oid, relowner AS reader FROM pg_class
    WHERE relnamespace = $1::regnamespace AND relname = $2
    UNION
    SELECT target.oid, source.relowner
    FROM reached
    JOIN pg_class AS source ON source.oid = reached.oid
    CROSS JOIN LATERAL mart.reads_of('pg_class', source.oid) AS reads
    JOIN pg_class AS target ON target.oid = reads.oid
    WHERE reads.kind = 'pg_class'::regclass
  )
  SELECT DISTINCT reached.oid::regclass::text AS table
  FROM reached
  JOIN pg_class AS base ON base.oid = reached.oid
  JOIN pg_roles AS reader ON reader.oid = reached.reader
  WHERE base.relrowsecurity
    AND NOT reader.rolsuper
    AND NOT reader.rolbypassrls
    AND (base.relforcerowsecurity OR NOT pg_has_role(reader.oid, base.relowner, 'USAGE'))
  ORDER BY 1`;
