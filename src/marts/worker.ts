import { type Job, PgBoss } from "pg-boss";
import { createPool } from "../db/pool.ts";
import type { Log } from "../log.ts";
import { repeat } from "../repeat.ts";
import { startAudits } from "./audit-job.ts";
import { startFolds } from "./folds.ts";
import {
  createQueues,
  firstToFill,
  followersOf,
  REFRESH_QUEUE,
  type RefreshJob,
  requestRefresh,
  syncTimetable,
} from "./queue.ts";
import { refreshMart } from "./refresh.ts";
import { listMarts } from "./registry.ts";
import { takeRequests } from "./requests.ts";
import { closeAllInterrupted } from "./runs.ts";
import { readSchedule } from "./schedule.ts";
import { startUpkeep } from "./upkeep.ts";

const STOP_MS = 10_000;

export interface WorkerOptions {
  url: string;
  log: Log;
  /** How often to look for changes of the schedule. */
  syncSeconds?: number;
  /** How often to look for work. */
  pollSeconds?: number;
  /** How soon to try again what failed for the first time. */
  retrySeconds?: number;
  /** How often to fold what changed. */
  foldSeconds?: number;
}

export interface Worker {
  /** Cancels what runs; it is done again at the next start. Takes ten seconds at most. */
  stop(): Promise<void>;
}

/**
 * Folds into the live marts what changes, and refreshes the marts by ops.refresh_schedule, those first that were never
 * filled. Any number of processes may run
 * one: they share the work. It has connections of its own, so that pages never wait for it.
 */
export async function startWorker({
  url,
  log,
  syncSeconds = 30,
  pollSeconds = 2,
  retrySeconds = 15,
  foldSeconds = 1,
}: WorkerOptions): Promise<Worker> {
  const pool = createPool(url, { name: "worker", max: 4 });
  const boss = new PgBoss({
    connectionString: url,
    schema: "pgboss",
    application_name: "tidemark queue",
    max: 4,
  });
  const stopping = new AbortController();
  boss.on("error", (error) => log.error({ problem: error.message }, "the queue has a problem"));
  boss.on("warning", ({ message }) => log.warn({ problem: message }, "the queue has a problem"));

  const refresh = async ([job]: Job<RefreshJob>[]) => {
    if (!job) return;
    const { mart } = job.data;
    const began = performance.now();
    const signal = AbortSignal.any([job.signal, stopping.signal]);
    const marts = await listMarts(pool);
    // A mart that a migration dropped: the timetable forgets it at the next look.
    if (!marts.some(({ name }) => name === mart)) return;
    try {
      const outcome = await refreshMart(pool, mart, { signal, unlessUnchanged: true });
      const seconds = Math.round(performance.now() - began) / 1000;
      const what =
        outcome === "unchanged" ? "mart not refreshed: nothing has changed" : "mart refreshed";
      log.info({ mart, outcome, seconds }, what);
    } catch (error) {
      log.error({ mart, problem: (error as Error).message }, "mart not refreshed");
      throw error;
    }
    const { schedules } = await readSchedule(pool);
    for (const follower of followersOf(mart, marts, schedules)) {
      await requestRefresh(boss, follower, schedules);
    }
  };

  const sync = async () => {
    await closeAllInterrupted(pool);
    await syncTimetable(boss, await readSchedule(pool), log);
  };

  let timer: NodeJS.Timeout | undefined;
  let syncing: Promise<void> = Promise.resolve();
  const syncLater = () => {
    timer = setTimeout(() => {
      syncing = sync()
        .catch((error: Error) => log.error({ problem: error.message }, "schedule not read"))
        .finally(() => !stopping.signal.aborted && syncLater());
    }, syncSeconds * 1000);
  };

  /** What somebody asked for on a page. */
  const pass = () =>
    takeRequests(pool, async (mart) =>
      requestRefresh(boss, mart, (await readSchedule(pool)).schedules),
    );

  let requests: Promise<void> = Promise.resolve();
  let folds: Promise<void> = Promise.resolve();
  const stop = async () => {
    stopping.abort();
    clearTimeout(timer);
    await Promise.all([syncing, requests, folds]);
    await boss.stop({ timeout: STOP_MS });
    await pool.end();
  };

  try {
    await boss.start();
    await createQueues(boss, retrySeconds);
    await sync();
    const { schedules, timeZone } = await readSchedule(pool);
    for (const mart of firstToFill(await listMarts(pool))) {
      await requestRefresh(boss, mart, schedules);
    }
    await startUpkeep(boss, pool, timeZone, log);
    await startAudits({ boss, pool, log, timeZone, signal: stopping.signal, pollSeconds });
    requests = repeat(pass, {
      everyMs: () => pollSeconds * 1000,
      signal: stopping.signal,
      onError: (error) => log.error({ problem: error.message }, "requests not looked for"),
    }).ended;
    folds = startFolds({ url, log, signal: stopping.signal, everyMs: foldSeconds * 1000, boss });
    await boss.work(REFRESH_QUEUE, { batchSize: 1, pollingIntervalSeconds: pollSeconds }, refresh);
    syncLater();
    return { stop };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}
