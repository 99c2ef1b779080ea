import type pg from "pg";
import { withDependants } from "./order.ts";
import { type RefreshOptions, type RefreshOutcome, refreshMart } from "./refresh.ts";
import { findMart, listMarts, type Mart } from "./registry.ts";

export interface MartResult {
  mart: string;
  outcome: RefreshOutcome | "failed" | "skipped";
  /** How long it took, waiting included; 0 when skipped. */
  seconds: number;
  /** Why it failed. */
  error?: Error;
  /** The mart whose failure made this one pointless. */
  because?: string;
}

export interface RefreshAllOptions extends RefreshOptions {
  /** Told as each mart is done. */
  onResult?: (result: MartResult) => void;
}

/** Refreshes every mart, bases first. One that fails stops only those that read it. */
export const refreshAll = async (pool: pg.Pool, options: RefreshAllOptions = {}) =>
  refreshInOrder(pool, await listMarts(pool), options);

/**
 * Refreshes one mart and then those computed from it.
 * @throws TidemarkError `unknown_mart`
 */
export async function refreshFrom(pool: pg.Pool, mart: string, options: RefreshAllOptions = {}) {
  const marts = await listMarts(pool);
  const wanted = withDependants(marts, findMart(marts, mart).name);
  const chosen = marts.filter(({ name }) => wanted.has(name));
  return refreshInOrder(pool, chosen, options);
}

/** Fills the marts that never were; safe when several processes start at once. */
export async function fillUnpopulated(pool: pg.Pool, options: RefreshAllOptions = {}) {
  const empty = (await listMarts(pool)).filter(({ isPopulated }) => !isPopulated);
  return refreshInOrder(pool, empty, { ...options, unlessPopulated: true });
}

async function refreshInOrder(
  pool: pg.Pool,
  marts: readonly Mart[],
  { onResult, ...options }: RefreshAllOptions,
): Promise<MartResult[]> {
  const lost = new Set<string>();
  const results: MartResult[] = [];
  for (const { name, dependsOn } of marts) {
    const because = dependsOn.find((base) => lost.has(base));
    const result: MartResult = because
      ? { mart: name, outcome: "skipped", seconds: 0, because }
      : await attempt(pool, name, options);
    if (result.outcome === "failed" || result.outcome === "skipped") lost.add(name);
    results.push(result);
    onResult?.(result);
    options.signal?.throwIfAborted();
  }
  return results;
}

async function attempt(pool: pg.Pool, mart: string, options: RefreshOptions): Promise<MartResult> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  try {
    const outcome = await refreshMart(pool, mart, options);
    return { mart, outcome, seconds: seconds() };
  } catch (error) {
    return { mart, outcome: "failed", seconds: seconds(), error: error as Error };
  }
}
