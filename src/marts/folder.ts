import type pg from "pg";
import type { Log } from "../log.ts";
import { backoff, type Repetition, repeat } from "../repeat.ts";
import { type Backlog, readBacklog, unfoldedRows } from "./backlog.ts";
import { crossoverOf } from "./crossover.ts";
import { foldMart } from "./fold.ts";
import { type RefreshReason, recordFold, recordFoldFailure } from "./fold-status.ts";

/** So that one slow mart does not hold up the others, and many do not take the server. */
const FOLDS_AT_ONCE = 2;
/** While changes come, reads that meet them cost more than folds: the pauses are so many times shorter. */
const SOONER = 5;
/** After a fold of so many keys, or one that took so long, much has come meanwhile: the next begins at once. */
const MANY_KEYS = 1_000;
const LONG_MS = 1_000;
/** A fold that the server stopped at its limit of time, or of keys. */
const TOO_MUCH = new Set(["57014", "54000"]);

export interface FolderOptions {
  pool: pg.Pool;
  log: Log;
  signal: AbortSignal;
  everyMs: number;
  /** Asks for a refresh, unless that was asked for already. */
  ask: (mart: string, reason: RefreshReason) => Promise<void>;
}

/**
 * Folds what changed, within `everyMs` and several times as often while changes go on, and asks for a refresh where that
 * is the better way. Any number of processes may do it: a mart is folded by whoever gets its lock. A mart whose folds
 * fail is left alone for ever longer, up to a minute; the others go on.
 * @returns settles when the signal has aborted, and the folds under way with it
 */
export async function foldContinually(options: FolderOptions): Promise<void> {
  const { pool, log, signal, everyMs, ask } = options;
  const underWay = new Map<string, Promise<void>>();
  const troubles = new Map<string, { failures: number; until: number }>();
  let arePutOff = false;
  let areBehind = false;

  const succeed = async (mart: string, keys: number, milliseconds: number) => {
    troubles.delete(mart);
    await recordFold(pool, mart, keys, milliseconds);
    if (keys >= MANY_KEYS || milliseconds >= LONG_MS) loop.hurry();
  };

  const fail = async (mart: string, error: Error) => {
    if (signal.aborted) return;
    const failures = (troubles.get(mart)?.failures ?? 0) + 1;
    troubles.set(mart, { failures, until: performance.now() + backoff(failures, everyMs) });
    log.error({ mart, problem: error.message, failures }, "changes not folded");
    await recordFoldFailure(pool, mart, error.message).catch(() => {});
  };

  const begin = (backlog: Backlog) => {
    const { mart } = backlog;
    const folding = fold(backlog, options, succeed)
      .catch((error: Error) => fail(mart, error))
      .finally(() => {
        underWay.delete(mart);
        if (arePutOff) loop.hurry();
      });
    underWay.set(mart, folding);
  };

  const look = async () => {
    arePutOff = false;
    areBehind = false;
    for (const backlog of await readBacklog(pool)) {
      const { mart, isReset, isBehind, isAwaited } = backlog;
      if (isReset) await ask(mart, "reset");
      if (!isBehind || isAwaited) continue;
      if ((troubles.get(mart)?.until ?? 0) > performance.now()) continue;
      areBehind = true;
      if (underWay.has(mart)) continue;
      if (underWay.size < FOLDS_AT_ONCE) begin(backlog);
      else arePutOff = true;
    }
  };

  const onError = (error: Error) =>
    log.error({ problem: error.message }, "not known what there is to fold");
  const loop: Repetition = repeat(look, {
    everyMs: () => (areBehind ? everyMs / SOONER : everyMs),
    signal,
    onError,
  });
  await loop.ended;
  await Promise.all(underWay.values());
}

async function fold(
  { mart, isRefreshFailing }: Backlog,
  { pool, signal, ask }: FolderOptions,
  succeed: (mart: string, keys: number, milliseconds: number) => Promise<void>,
) {
  // What is too much for a fold is left to a refresh, unless there is none to be had.
  const limit = isRefreshFailing ? undefined : await crossoverOf(pool, mart);
  if (limit && (await unfoldedRows(pool, mart, limit.rows)) >= limit.rows)
    return ask(mart, "backlog");
  const began = performance.now();
  try {
    const keys = await foldMart(pool, mart, { most: limit?.keys, signal });
    if (keys === null) await ask(mart, "reset");
    if (typeof keys === "number") await succeed(mart, keys, performance.now() - began);
  } catch (error) {
    const isTooMuch = !signal.aborted && TOO_MUCH.has((error as { code?: string }).code ?? "");
    if (!limit || !isTooMuch) throw error;
    await ask(mart, "backlog");
  }
}
