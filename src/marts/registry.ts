import type { Queryable } from "../db/queryable.ts";
import { TidemarkError } from "../errors.ts";
import { inOrder } from "./order.ts";

export interface Mart {
  name: string;
  /** False until its first refresh; reading it is an error until then. */
  isPopulated: boolean;
  /** Whether live layers cover what changed since its last refresh. */
  isLive: boolean;
  /** Marts that it reads, directly or through plain views. */
  dependsOn: string[];
}

/**
 * The materialized views of a schema, each after those that it reads. The catalogue is the only list of them:
 * a new mart is a migration and nothing else.
 */
export async function listMarts(db: Queryable, schema = "mart"): Promise<Mart[]> {
  const { rows } = await db.query<Mart>(MARTS, [schema]);
  return inOrder(rows);
}

/** @throws TidemarkError `unknown_mart`, naming those that there are */
export function findMart(marts: readonly Mart[], name: string): Mart {
  const mart = marts.find((one) => one.name === name);
  if (mart) return mart;
  const allowed = marts.map((one) => one.name).sort();
  throw new TidemarkError(
    "unknown_mart",
    404,
    `There is no mart "${name}"; there are ${allowed.join(", ")}`,
    { allowed },
  );
}

/** $1 the schema. Follows what each reads, through views of any schema and functions, up to the next materialized view. */
const MARTS = `
  WITH RECURSIVE reached AS (
    SELECT oid AS mart, 'pg_class'::regclass AS kind, oid
    FROM pg_class
    WHERE relkind = 'm' AND relnamespace = $1::regnamespace
    UNION
    SELECT reached.mart, reads.kind, reads.oid
    FROM reached
    CROSS JOIN LATERAL mart.reads_of(reached.kind, reached.oid) AS reads
    WHERE reached.oid = reached.mart
      OR NOT EXISTS (SELECT FROM pg_class AS base WHERE base.oid = reached.oid AND base.relkind = 'm')
  )
  SELECT
    mart.relname AS name,
    mart.relispopulated AS "isPopulated",
    EXISTS (SELECT FROM mart.live_marts AS live WHERE live.mart = mart.relname) AS "isLive",
    array_remove(array_agg(base.relname::text ORDER BY base.relname), NULL) AS "dependsOn"
  FROM pg_class AS mart
  JOIN reached ON reached.mart = mart.oid
  LEFT JOIN pg_class AS base
    ON reached.kind = 'pg_class'::regclass AND base.oid = reached.oid
    AND base.oid <> mart.oid AND base.relkind = 'm' AND base.relnamespace = mart.relnamespace
  WHERE mart.relkind = 'm' AND mart.relnamespace = $1::regnamespace
  GROUP BY mart.oid, mart.relname, mart.relispopulated
  ORDER BY mart.relname`;
