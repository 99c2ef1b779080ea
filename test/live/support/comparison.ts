import pg from "pg";
import type { Queryable } from "../../../src/db/queryable.ts";

/** What one look at a mart found. */
export interface Comparison {
  mart: string;
  /** Rows that only one side has, as JSON; empty when live equals definition. */
  differences: { side: "live" | "definition"; row: string }[];
  rowCount: number;
  /** Keys that the reader had to compute. */
  changedKeys: number;
  /** Keys whose folded rows lie over the materialized view. */
  foldedKeys: number;
  /** Whether every key had to be computed. */
  isReset: boolean;
  /** Whether rows were kept for owners, and compared. */
  isKept: boolean;
}

/**
 * Compares live and definition of every live mart, or of one, in the snapshot of the caller's transaction, digit by
 * digit. Sees what that transaction wrote.
 */
export async function compareMarts(db: Queryable, only?: string): Promise<Comparison[]> {
  const { rows } = await db.query<{ mart: string }>(
    "SELECT mart FROM mart.live_marts WHERE $1::text IS NULL OR mart = $1 ORDER BY mart",
    [only ?? null],
  );
  const comparisons: Comparison[] = [];
  for (const { mart } of rows) {
    const [comparison] = (await db.query<Comparison>(comparisonOf(mart), [mart])).rows;
    comparisons.push({ ...comparison!, isKept: false });
  }
  return comparisons;
}

/** Compares what whoever sees all rows reads of a mart, and of its sums, with the definition. */
async function compareVisible(db: Queryable, mart: string): Promise<Comparison["differences"]> {
  await db.query("SET LOCAL tidemark.viewer = '*'");
  const { rows } = await db.query<{ name: string; isRollup: boolean }>(
    `SELECT mart AS name, false AS "isRollup" FROM mart.live_marts WHERE mart = $1
     UNION ALL
     SELECT rollup, true FROM mart.rollups
     WHERE mart = $1
       AND NOT EXISTS (SELECT FROM pg_class WHERE relname = ANY (also) AND relnamespace = 'mart'::regnamespace AND NOT relispopulated)`,
    [mart],
  );
  const differences: Comparison["differences"] = [];
  for (const { name, isRollup } of rows) {
    // A sum has as many zeros at its end as it came by.
    const definition = isRollup
      ? `(SELECT ${await trimmed(db, name)} FROM ${named(name, "_definition")}) AS sums`
      : named(name, "_definition");
    const { rows: found } = await db.query(differencesOf(named(name, "_visible"), { definition }));
    differences.push(...found);
  }
  return differences;
}

const trimmed = async (db: Queryable, rollup: string): Promise<string> =>
  (
    await db.query<{ columns: string }>(
      `SELECT string_agg(
         format(CASE WHEN atttypid = 'numeric'::regtype AND attname <> ALL (groups) THEN 'trim_scale(%1$I) AS %1$I' ELSE '%1$I' END, attname),
         ', ' ORDER BY attnum
       ) AS columns
       FROM mart.rollups
       JOIN pg_attribute ON attrelid = format('mart.%I', rollup || '_definition')::regclass AND attnum > 0
       WHERE rollup = $1`,
      [rollup],
    )
  ).rows[0]!.columns;

/** Compares what a page about these people keeps of each mart with the definition, and writes down where that was kept. */
async function compareKept(db: Queryable, comparisons: Comparison[], owners: readonly string[]) {
  await db.query("SET TRANSACTION READ ONLY; SET LOCAL tidemark.viewer = '*'");
  const { rows } = await db.query<{ mart: string; owner: string }>(
    `SELECT mart, key_columns[1] AS owner
     FROM unnest(reporting.keep_changes(ARRAY(SELECT mart FROM mart.live_marts), $1)) AS mart
     JOIN mart.live_marts USING (mart)`,
    [owners],
  );
  for (const one of comparisons) {
    const kept = rows.find(({ mart }) => mart === one.mart);
    if (!kept) continue;
    const { rows: found } = await db.query(
      differencesOf(`${named(one.mart, "_all_kept")} WHERE ${kept.owner} = ANY ($1)`, {
        definition: `${named(one.mart, "_definition")} WHERE ${kept.owner} = ANY ($1)`,
      }),
      [owners],
    );
    one.isKept = true;
    one.differences.push(...found);
  }
}

/** Rows that only one side has, as text, so that 1.0 is not 1.00. */
const differencesOf = (live: string, { definition }: { definition: string }) => `
  WITH live AS MATERIALIZED (SELECT to_jsonb(rows)::text AS row FROM (SELECT * FROM ${live}) AS rows),
  definition AS MATERIALIZED (SELECT to_jsonb(rows)::text AS row FROM (SELECT * FROM ${definition}) AS rows)
  SELECT 'live' AS side, row FROM (TABLE live EXCEPT ALL TABLE definition) AS surplus
  UNION ALL
  SELECT 'definition', row FROM (TABLE definition EXCEPT ALL TABLE live) AS missing`;

/** Looks at all marts at once. */
export interface Checker {
  /**
   * @param owners whose rows a page keeps, and shows; nobody's when left out
   * @throws all about it when there is a difference
   */
  compare(owners?: readonly string[]): Promise<Comparison[]>;
  close(): void;
}

/**
 * Opens a session that compares again and again. It locks the tables before it takes its snapshot: that a table was
 * emptied, or lost or got a partition, older snapshots see as well, and no reader could be right.
 */
export async function openChecker(pool: pg.Pool): Promise<Checker> {
  const client = await pool.connect();
  // Asked beforehand: the question would take the snapshot.
  const { rows } = await client.query<{ tables: string; parents: string }>(`
    SELECT
      string_agg(DISTINCT source::text, ', ') AS tables,
      string_agg(DISTINCT 'ONLY ' || source, ', ') FILTER (WHERE relkind = 'p') AS parents
    FROM mart.live_marts, unnest(sources) AS source
    JOIN pg_class ON pg_class.oid = source`);
  return {
    async compare(owners) {
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
      try {
        // Whoever attaches a partition holds off nobody but others like them.
        await client.query(`LOCK TABLE ${rows[0]?.parents} IN SHARE UPDATE EXCLUSIVE MODE`);
        await client.query(`LOCK TABLE ${rows[0]?.tables} IN ACCESS SHARE MODE`);
        const comparisons = await compareMarts(client);
        for (const one of comparisons)
          one.differences.push(...(await compareVisible(client, one.mart)));
        if (owners) await compareKept(client, comparisons, owners);
        for (const one of comparisons) {
          if (one.differences.length > 0) throw new Error(await explainDifference(client, one));
        }
        return comparisons;
      } finally {
        await client.query("ROLLBACK");
      }
    },
    close: () => client.release(),
  };
}

const named = (mart: string, suffix: string) => `mart.${pg.escapeIdentifier(mart + suffix)}`;

const comparisonOf = (mart: string) => `
  WITH differences AS (${differencesOf(named(mart, "_live"), { definition: named(mart, "_definition") })})
  SELECT
    $1 AS mart,
    (SELECT coalesce(jsonb_agg(to_jsonb(differences)), '[]') FROM differences) AS differences,
    (SELECT count(*)::integer FROM ${named(mart, "_definition")}) AS "rowCount",
    (SELECT count(*)::integer FROM ${named(mart, "_changes")}()) AS "changedKeys",
    (
      SELECT count(*)::integer FROM ${named(mart, "_delta_keys")} AS folded
      JOIN mart.layers AS base ON base.mart = $1 AND base.layer = 'base' AND folded.fold_no > base.fold_no
    ) AS "foldedKeys",
    mart.is_reset($1) AS "isReset"`;

/** Everything that helps to find out why, read in the same transaction. */
export async function explainDifference(db: Queryable, { mart, differences }: Comparison) {
  const rows = async (sql: string, values: unknown[] = []) => (await db.query(sql, values)).rows;
  return JSON.stringify(
    {
      mart,
      differences: differences.slice(0, 20),
      now: await rows("SELECT pg_current_snapshot()::text AS snapshot"),
      layers: await rows("SELECT *, snapshot::text FROM mart.layers WHERE mart = $1", [mart]),
      changes: await rows(`SELECT * FROM ${named(mart, "_changes")}() LIMIT 20`),
      folded: await rows(
        `SELECT * FROM ${named(mart, "_delta_keys")} ORDER BY fold_no DESC LIMIT 20`,
      ),
    },
    null,
    1,
  );
}
