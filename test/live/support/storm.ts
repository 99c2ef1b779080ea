import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { createPool } from "../../../src/db/pool.ts";
import { foldMart } from "../../../src/marts/fold.ts";
import { pruneChanges } from "../../../src/marts/prune.ts";
import { refreshMart } from "../../../src/marts/refresh.ts";
import { listMarts } from "../../../src/marts/registry.ts";
import { NOBODY } from "../../support/people.ts";
import { openChecker } from "./comparison.ts";
import { createRandom, type Random } from "./random.ts";
import { listSources } from "./tables.ts";
import { idOf, KEPT_TOTAL, REPS } from "./world.ts";
import {
  anyWrite,
  PARTITION_UPHEAVALS,
  PARTITION_WRITES,
  payOver,
  UPHEAVALS,
  WRITES,
  type Write,
} from "./writes.ts";

export interface StormReport {
  /** Statements that changed rows, and were committed. */
  writes: number;
  upheavals: number;
  rollbacks: number;
  folds: number;
  refreshes: number;
  /** Rows of change logs. */
  pruned: number;
  /** Looks at one mart. */
  checks: number;
  /** Of these, with keys to be computed beside a materialized view that still counts; with folded ones; with neither reset. */
  checksWithChanges: number;
  checksWithFolds: number;
  checksOfResets: number;
  /** And those of what was kept for a page about somebody. */
  checksOfKept: number;
  reads: number;
}

/** Refused for a reason that has nothing to do with marts: a key or a rule broken, a deadlock, a lock not got in time. */
const ORDINARY = /^(22|23|40|55P03)/;

/** A partition that is there, or not, already. */
const AS_IT_IS = /^42(P01|P07|809|P17)$/;

const UNREST = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"];

/**
 * Everything at once, for some seconds: writers, folds, refreshes, pruning, upheavals, readers, and a checker.
 * @throws the first difference between live and definition, or any error that is not one of everyday
 */
export async function runStorm(
  url: string,
  { seed, seconds, writers = 4 }: { seed: number; seconds: number; writers?: number },
): Promise<StormReport> {
  const pool = createPool(url, { name: "storm", max: writers + 12 });
  const report: StormReport = {
    writes: 0,
    upheavals: 0,
    rollbacks: 0,
    folds: 0,
    refreshes: 0,
    pruned: 0,
    checks: 0,
    checksWithChanges: 0,
    checksWithFolds: 0,
    checksOfResets: 0,
    checksOfKept: 0,
    reads: 0,
  };
  const tables = await listSources(pool);
  const marts = (await listMarts(pool)).filter(({ isLive }) => isLive).map(({ name }) => name);
  const hasPartitions = tables.some(({ isPartitioned }) => isPartitioned);
  const everyday = [...WRITES, ...(hasPartitions ? PARTITION_WRITES : [])];
  const upheavals = [...UPHEAVALS, ...(hasPartitions ? PARTITION_UPHEAVALS : [])];
  const anything = anyWrite(tables.filter(({ name }) => !name.startsWith("ops.")));
  const checker = await openChecker(pool);
  const end = performance.now() + seconds * 1000;
  let failure: unknown;
  let actors = 0;

  /** Does something again and again, each actor with chances of its own. */
  async function loop(work: (random: Random) => Promise<void>) {
    const random = createRandom(seed * 100 + actors++);
    try {
      while (performance.now() < end && failure === undefined) await work(random);
    } catch (error) {
      failure ??= error;
    }
  }

  const write = async (random: Random) => {
    const statements = random.onceIn(4)
      ? payOver(random)
      : Array.from({ length: 1 + random.below(4) }, () =>
          (random.onceIn(3) ? anything : random.pick<Write>(everyday))(random),
        );
    const written = await transact(pool, random, statements);
    if (written === undefined) report.rollbacks += 1;
    else report.writes += written;
  };
  const upset = async (random: Random) => {
    await delay(random.below(2500));
    if ((await transact(pool, random, [random.pick(upheavals)(random)])) !== undefined) {
      report.upheavals += 1;
    }
  };
  const fold = async (random: Random) => {
    if (await foldMart(pool, random.pick(marts))) report.folds += 1;
    await delay(random.below(40));
  };
  const compact = async (random: Random) => {
    await refreshMart(pool, random.pick(marts));
    report.refreshes += 1;
    await delay(random.below(300));
  };
  const prune = async (random: Random) => {
    await delay(random.below(300));
    report.pruned += (await pruneChanges(pool)) ?? 0;
  };
  const check = async (random: Random) => {
    try {
      const { rows } = await pool.query(`SELECT ${idOf("rep", random.below(REPS))} AS id`);
      const owners = [rows[0].id, NOBODY];
      for (const { isReset, changedKeys, foldedKeys, isKept } of await checker.compare(owners)) {
        report.checks += 1;
        if (isKept) report.checksOfKept += 1;
        if (isReset) report.checksOfResets += 1;
        else if (changedKeys > 0) report.checksWithChanges += 1;
        if (!isReset && foldedKeys > 0) report.checksWithFolds += 1;
      }
    } catch (error) {
      if ((error as { code?: string }).code !== "40P01") throw error;
    }
  };
  const read = async () => {
    await readTotal(pool);
    report.reads += 1;
  };

  try {
    await Promise.all([
      ...Array.from({ length: writers }, () => loop(write)),
      ...[upset, fold, compact, prune, check, read].map(loop),
    ]);
    if (failure !== undefined) throw failure;
    await checker.compare();
    for (const mart of marts) await foldMart(pool, mart);
    await checker.compare();
    for (const mart of marts) await refreshMart(pool, mart);
    await checker.compare();
  } finally {
    checker.close();
    await pool.end();
  }
  return report;
}

/** Writes these statements in one transaction of some kind. @returns how many rows changed; undefined: nothing came of it */
async function transact(pool: pg.Pool, random: Random, statements: readonly string[]) {
  const client = await pool.connect();
  let written = 0;
  try {
    await client.query(
      `BEGIN ISOLATION LEVEL ${random.pick(UNREST)}; SET LOCAL lock_timeout = '1s'`,
    );
    for (const sql of statements) {
      const isTried = random.onceIn(3);
      if (isTried) await client.query("SAVEPOINT tried");
      const { rowCount } = await client.query(sql);
      // What belongs together is not taken back by half.
      const isTakenBack = isTried && statements.length !== 2 && random.onceIn(2);
      if (isTakenBack) await client.query("ROLLBACK TO tried");
      else if ((rowCount ?? 1) > 0) written += 1;
    }
    if (random.onceIn(50)) await delay(random.below(1500));
    if (random.onceIn(8)) {
      await client.query("ROLLBACK");
      return undefined;
    }
    await client.query("COMMIT");
    return written;
  } catch (error) {
    await client.query("ROLLBACK");
    const { code = "" } = error as { code?: string };
    if (ORDINARY.test(code) || AS_IT_IS.test(code)) return undefined;
    (error as Error).message += ` in ${statements.join("; ")}`;
    throw error;
  } finally {
    client.release();
  }
}

/** One statement alone sees all marts at one instant: what only changes hands is all there. */
async function readTotal(pool: pg.Pool) {
  const client = await pool.connect();
  try {
    await client.query("SET ROLE tidemark_reader; SET tidemark.viewer = '*'");
    const { rows } = await client.query(
      `SELECT sum(amount) AS total FROM reporting.sales_dashboard
       WHERE opportunity_id = ANY (ARRAY(SELECT md5('kept ' || n)::uuid FROM generate_series(1, 10) AS n))`,
    );
    if (Number(rows[0].total) !== KEPT_TOTAL) {
      throw new Error(`A reader saw ${rows[0].total} of ${KEPT_TOTAL}`);
    }
  } finally {
    await client.query("RESET ROLE; RESET tidemark.viewer");
    client.release();
  }
}
