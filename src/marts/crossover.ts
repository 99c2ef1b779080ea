import type { Queryable } from "../db/queryable.ts";

/** From where on a refresh costs less than a fold. */
export interface Crossover {
  keys: number;
  /** Rows of one change log: following each to its keys takes time too. */
  rows: number;
}

/** Until folds of a mart have told what a key costs. */
const MS_PER_KEY = 0.3;
const MS_PER_ROW = 0.01;
/** What is folded in about a second is never worth a refresh: marts so small are refreshed in no time, too. */
const KEYS_AT_LEAST = 3_000;
const ROWS_AT_LEAST = 100_000;

/** @returns undefined for a mart that is refreshed by hand only: it is folded, whatever that takes */
export async function crossoverOf(db: Queryable, mart: string): Promise<Crossover | undefined> {
  const { rows } = await db.query<{ refreshMs: number | null; msPerKey: number | null }>(
    CROSSOVER,
    [mart],
  );
  const costs = rows[0];
  if (!costs) return undefined;
  const refreshMs = costs.refreshMs ?? 0;
  const msPerKey = Math.max(costs.msPerKey ?? MS_PER_KEY, 0.001);
  return {
    keys: Math.max(KEYS_AT_LEAST, Math.round(refreshMs / msPerKey)),
    rows: Math.max(ROWS_AT_LEAST, Math.round(refreshMs / MS_PER_ROW)),
  };
}

const CROSSOVER = `
  SELECT
    (
      SELECT extract(epoch FROM run.finished_at - run.started_at)::float8 * 1000
      FROM ops.refresh_runs AS run
      WHERE run.mart = $1 AND run.status = 'succeeded'
      ORDER BY run.id DESC
      LIMIT 1
    ) AS "refreshMs",
    (SELECT ms_per_key FROM ops.fold_status AS status WHERE status.mart = $1) AS "msPerKey"
  WHERE NOT EXISTS (
    SELECT FROM ops.refresh_schedule AS schedule WHERE schedule.mart = $1 AND NOT schedule.is_enabled
  )`;
