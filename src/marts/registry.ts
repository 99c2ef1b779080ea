import type pg from "pg";
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

/** What a function needs that only asks. */
export type Queryable = Pick<pg.Pool, "query">;

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

/** $1 the schema. Follows what each view reads, through plain views of any schema, up to the next materialized view. */
const MARTS = `
  WITH RECURSIVE reads AS (
    SELECT DISTINCT rule.ev_class AS reader, dependency.refobjid AS target
    FROM pg_depend AS dependency
    JOIN pg_rewrite AS rule ON rule.oid = dependency.objid
    WHERE dependency.classid = 'pg_rewrite'::regclass
      AND dependency.refclassid = 'pg_class'::regclass
      AND dependency.refobjid <> rule.ev_class
  ),
  reached AS (
    SELECT class.oid AS mart, reads.target
    FROM pg_class AS class
    JOIN reads ON reads.reader = class.oid
    WHERE class.relkind = 'm' AND class.relnamespace = $1::regnamespace
    UNION
    SELECT reached.mart, reads.target
    FROM reached
    JOIN pg_class AS between_them ON between_them.oid = reached.target AND between_them.relkind = 'v'
    JOIN reads ON reads.reader = reached.target
  )
  SELECT
    mart.relname AS name,
    mart.relispopulated AS "isPopulated",
    EXISTS (SELECT FROM mart.live_marts AS live WHERE live.mart = mart.relname) AS "isLive",
    array_remove(array_agg(base.relname::text ORDER BY base.relname), NULL) AS "dependsOn"
  FROM pg_class AS mart
  LEFT JOIN reached ON reached.mart = mart.oid
  LEFT JOIN pg_class AS base
    ON base.oid = reached.target AND base.relkind = 'm' AND base.relnamespace = mart.relnamespace
  WHERE mart.relkind = 'm' AND mart.relnamespace = $1::regnamespace
  GROUP BY mart.oid, mart.relname, mart.relispopulated
  ORDER BY mart.relname`;
