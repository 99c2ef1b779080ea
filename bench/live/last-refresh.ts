import { refreshMart } from "../../src/marts/refresh.ts";
import type { Bench } from "./bench.ts";
import type { LiveMart } from "./live-mart.ts";

const known = new Map<string, number>();

/** Milliseconds of a concurrent refresh in this run of the benchmark, as it was recorded: without the vacuum after it. */
export async function lastRefresh(bench: Bench, mart: LiveMart): Promise<number> {
  const took = known.get(mart.name);
  if (took !== undefined) return took;
  bench.say(`refreshing ${mart.name}`);
  return refresh(bench, mart);
}

/** Refreshes a mart. @returns milliseconds */
export async function refresh({ pool }: Pick<Bench, "pool">, mart: LiveMart): Promise<number> {
  await refreshMart(pool, mart.name);
  const { rows } = await pool.query(
    `SELECT extract(epoch FROM finished_at - started_at) * 1000 AS ms
     FROM ops.refresh_runs WHERE mart = $1 AND status = 'succeeded'
     ORDER BY finished_at DESC LIMIT 1`,
    [mart.name],
  );
  known.set(mart.name, Number(rows[0].ms));
  return Number(rows[0].ms);
}
