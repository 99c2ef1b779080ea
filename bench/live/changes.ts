import type pg from "pg";
import { overgrownMarts } from "../../src/marts/compaction.ts";
import { foldMart } from "../../src/marts/fold.ts";
import { pruneChanges } from "../../src/marts/prune.ts";
import { refreshMart } from "../../src/marts/refresh.ts";
import type { Bench } from "./bench.ts";
import type { LiveMart } from "./live-mart.ts";

/** Whose keys to pick: one person's of the last year, everybody else's, or anybody's. */
export type Whose = { of: string } | { notOf: string } | "anybody";

/** Base rows behind `count` keys of a mart, chosen at random: one for each key. */
export async function pickRows(
  pool: pg.Pool,
  mart: LiveMart,
  count: number,
  whose: Whose = "anybody",
): Promise<string[]> {
  const [condition, person] =
    whose === "anybody"
      ? ["true", null]
      : "of" in whose
        ? [`${mart.owner} = $2 AND ${mart.day} > current_date - 365`, whose.of]
        : [`${mart.owner} <> $2`, whose.notOf];
  // A sample is enough of a large mart; it is spread over all of it.
  const share = Math.min(100, ((count * 15) / Math.max(1, await rowCount(pool, mart))) * 100);
  const sample =
    whose !== "anybody" && "of" in whose ? "" : `TABLESAMPLE BERNOULLI (${share.toFixed(4)})`;
  const { rows } = await pool.query<{ id: string }>(
    `SELECT base.id
     FROM (
       SELECT * FROM (
         SELECT DISTINCT ON (${mart.key}) * FROM mart.${mart.name} ${sample}
         WHERE ${condition} AND ($2::uuid IS NULL OR true)
       ) AS keys
       ORDER BY random() LIMIT $1
     ) AS picked
     CROSS JOIN LATERAL (${mart.behind}) AS base`,
    [count, person],
  );
  return rows.map(({ id }) => id);
}

/** Changes base rows: in transactions of a few rows each, as they would come in. */
export async function touch(pool: pg.Pool, mart: LiveMart, ids: readonly string[], size = 10) {
  for (let first = 0; first < ids.length; first += size)
    await pool.query(mart.touch, [ids.slice(first, first + size)]);
}

/** Folds until nothing is left to fold, so that a line begins with empty logs. */
export async function settle({ pool, marts }: Pick<Bench, "pool" | "marts">) {
  for (const { name } of marts)
    for (;;) {
      const keys = await foldMart(pool, name);
      if (keys === null) await refreshMart(pool, name);
      else if (!keys) break;
    }
  await pruneChanges(pool);
}

/** Refreshes the marts whose deltas have outgrown them, as the service's worker would have done meanwhile. */
export async function refreshOvergrown({ pool, say }: Pick<Bench, "pool" | "say">) {
  for (const mart of await overgrownMarts(pool)) {
    say(`refreshing ${mart}, whose delta has outgrown it`);
    await refreshMart(pool, mart);
  }
}

export async function rowCount(pool: pg.Pool, mart: LiveMart): Promise<number> {
  const { rows } = await pool.query(
    `SELECT greatest(reltuples, 0) AS n FROM pg_class WHERE oid = 'mart.${mart.name}'::regclass`,
  );
  return Number(rows[0].n);
}

/** Keys recomputed since the last refresh. */
export async function foldedKeys(pool: pg.Pool, mart: LiveMart): Promise<number> {
  const { rows } = await pool.query(
    `SELECT count(*) AS n FROM mart.${mart.name}_delta_keys AS folded
     JOIN mart.layers AS base ON base.mart = $1 AND base.layer = 'base' AND folded.fold_no > base.fold_no`,
    [mart.name],
  );
  return Number(rows[0].n);
}

/** The person with the middle number of rows in the last year. */
export async function middlePerson(
  pool: pg.Pool,
  mart: LiveMart,
): Promise<{ id: string; rows: number }> {
  const { rows } = await pool.query(
    `WITH people AS (
       SELECT ${mart.owner} AS id, count(*)::integer AS rows FROM mart.${mart.name}
       WHERE ${mart.day} > current_date - 365
       GROUP BY 1
     )
     SELECT id, rows FROM people
     ORDER BY rows, id
     OFFSET (SELECT count(*) / 2 FROM people) LIMIT 1`,
  );
  return rows[0];
}

/** Calls from all over the table. */
export async function someCalls(pool: pg.Pool, number: number, where = "true"): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `WITH total AS (SELECT greatest(reltuples, 1) AS n FROM pg_class WHERE oid = 'crm.conversations'::regclass)
     SELECT call_id AS id FROM crm.conversations
     WHERE random() < $1 * 1.2 / (SELECT n FROM total) AND ${where}
     LIMIT $1`,
    [number],
  );
  return rows.map(({ id }) => id);
}
