import type { PgBoss } from "pg-boss";
import { createPool } from "../db/pool.ts";
import type { Log } from "../log.ts";
import { repeat } from "../repeat.ts";
import { overgrownMarts } from "./compaction.ts";
import { askOnce, type RefreshReason } from "./fold-status.ts";
import { foldContinually } from "./folder.ts";
import { pruneChanges } from "./prune.ts";
import { requestRefresh } from "./queue.ts";
import { readSchedule } from "./schedule.ts";
import { sweepLayers } from "./sweep.ts";

/** How often, in folds. A log a few seconds long costs nothing; counting a delta costs a little. */
const PRUNE_EVERY = 5;
const SWEEP_EVERY = 15;
const COMPACT_EVERY = 30;

export interface FoldsOptions {
  url: string;
  log: Log;
  /** Ends all of it. */
  signal: AbortSignal;
  everyMs: number;
  boss: PgBoss;
}

/**
 * Keeps the layers of the live marts small: folds changes, prunes their logs, vacuums both, and asks for the refresh
 * of a mart early where its delta has outgrown it.
 * @returns settles once the signal has aborted and all of it has ended
 */
export async function startFolds({ url, log, signal, everyMs, boss }: FoldsOptions): Promise<void> {
  // Two folds, a prune, a look and a sweep; and what cancels them.
  const pool = createPool(url, { name: "folds", max: 6 });

  const ask = async (mart: string, reason: RefreshReason) => {
    try {
      const request = async () => requestRefresh(boss, mart, (await readSchedule(pool)).schedules);
      if (await askOnce(pool, { mart, reason }, request))
        log.info({ mart, reason }, "refresh asked for");
    } catch (error) {
      if (!signal.aborted)
        log.error({ mart, problem: (error as Error).message }, "refresh not asked for");
    }
  };

  const chore = (work: () => Promise<unknown>, times: number, problem: string) =>
    repeat(work, {
      everyMs: () => everyMs * times,
      signal,
      onError: (error) => log.error({ problem: error.message }, problem),
    }).ended;

  const left = new Map<string, number>();
  const compact = async () => {
    for (const mart of await overgrownMarts(pool)) await ask(mart, "delta");
  };
  await Promise.all([
    foldContinually({ pool, log, signal, everyMs, ask }),
    chore(() => pruneChanges(pool, { signal }), PRUNE_EVERY, "changes not pruned"),
    chore(() => sweepLayers(pool, left, signal), SWEEP_EVERY, "layers not swept"),
    chore(compact, COMPACT_EVERY, "size of the layers not known"),
  ]);
  await pool.end();
}
