import { basename, resolve } from "node:path";
import type pg from "pg";
import type { FieldKey } from "../access/fields/key.ts";
import { inTransaction } from "../db/transaction.ts";
import { runStep, type StepResult } from "./load/run-step.ts";
import { crm } from "./load/sql.ts";
import { type LoadedMapping, loadMapping } from "./mapping/load.ts";
import { requireZone } from "./plan/notation.ts";
import { planStep, type StepPlan } from "./plan/step.ts";
import { Rejects } from "./rejects.ts";

export interface ImportOptions {
  /** Folder of the data files; the mapping's own when left out. */
  dataDir?: string;
  /** Does everything and takes it back. */
  dryRun?: boolean;
  /** Loads nothing when any row is rejected. */
  strict?: boolean;
  /** File for rejected rows; left out: `<mapping>.rejects.csv` in the working folder, and none for a dry run. */
  rejects?: string;
  /** Keys of sensitive fields, the current one first; left out: a mapping that fills such fields is refused. */
  fieldKeys?: readonly FieldKey[];
  onProgress?: (step: string, read: number) => void;
}

export interface ImportResult {
  source: string;
  dry_run: boolean;
  strict: boolean;
  /** Whether the rows are in the database now. */
  loaded: boolean;
  read: number;
  inserted: number;
  updated: number;
  unchanged: number;
  skipped: number;
  rejected: number;
  rejects_file: string | null;
  seconds: number;
  steps: StepResult[];
}

/** Enough for the sorts of a large file, little for a server. */
const SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL jit = off";

/** Carries a finished import out of a transaction that is to be rolled back. */
class TakenBack {
  readonly steps: StepResult[];

  constructor(steps: StepResult[]) {
    this.steps = steps;
  }
}

/**
 * Imports the files of a mapping in one transaction: all that it loads is there at once, or nothing is.
 * @param path the mapping file
 * @throws TidemarkError `bad_mapping` before anything is written, naming the place in the mapping; `field_key_missing`
 */
export async function runImport(
  pool: pg.Pool,
  path: string,
  options: ImportOptions = {},
): Promise<ImportResult> {
  const started = performance.now();
  const { dryRun = false, strict = false } = options;
  const mapping = await loadMapping(path, options.dataDir);
  const plans = await planAll(pool, mapping, options.fieldKeys ?? []);
  const rejects = new Rejects(options.rejects ?? (dryRun ? undefined : defaultRejects(path)));
  await rejects.begin();
  try {
    const { steps, loaded } = await load(pool, plans, rejects, options);
    if (loaded) await refreshStatistics(pool, steps);
    const total = (key: "read" | "inserted" | "updated" | "unchanged" | "skipped" | "rejected") =>
      steps.reduce((sum, step) => sum + step[key], 0);
    return {
      source: mapping.source,
      dry_run: dryRun,
      strict,
      loaded,
      read: total("read"),
      inserted: total("inserted"),
      updated: total("updated"),
      unchanged: total("unchanged"),
      skipped: total("skipped"),
      rejected: total("rejected"),
      rejects_file: (await rejects.finish(options.rejects !== undefined)) ?? null,
      seconds: (performance.now() - started) / 1000,
      steps,
    };
  } catch (error) {
    await rejects.abandon();
    throw error;
  }
}

const defaultRejects = (path: string) =>
  resolve(`${basename(path).replace(/\.json$/i, "")}.rejects.csv`);

async function planAll(
  pool: pg.Pool,
  mapping: LoadedMapping,
  fieldKeys: readonly FieldKey[],
): Promise<StepPlan[]> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query("SELECT ops.business_time_zone() AS zone");
    const zone = requireZone(mapping.zone ?? rows[0].zone, "zone");
    const plans: StepPlan[] = [];
    for (const step of mapping.steps)
      plans.push(await planStep(step, { client, mapping, zone, fieldKeys }));
    return plans.map((plan, index) => ({ ...plan, unused: unusedBy(plans, index) }));
  } finally {
    client.release();
  }
}

/** Columns that no step reads, said once per file: at its last step. */
function unusedBy(plans: readonly StepPlan[], index: number): string[] {
  const path = plans[index]?.file.path;
  const isOfFile = (plan: StepPlan) => plan.file.path === path;
  if (plans.findLastIndex(isOfFile) !== index) return [];
  const [first, ...others] = plans.filter(isOfFile).map((plan) => plan.unused);
  return (first ?? []).filter((column) => others.every((unused) => unused.includes(column)));
}

async function load(
  pool: pg.Pool,
  plans: readonly StepPlan[],
  rejects: Rejects,
  { dryRun = false, strict = false, onProgress = () => {} }: ImportOptions,
): Promise<{ steps: StepResult[]; loaded: boolean }> {
  try {
    const steps = await inTransaction(pool, async (client) => {
      await client.query(SETTINGS);
      // Two imports at once could create the same record twice, or lock the same rows in two orders.
      await client.query("SELECT pg_advisory_xact_lock(hashtext('tidemark import'))");
      // From here on the data is somebody's: nobody may sign in as a person of the demo any more.
      await client.query("DELETE FROM ops.settings WHERE key = 'demo_data'");
      const done: StepResult[] = [];
      for (const plan of plans) {
        done.push(await runStep(client, plan, rejects, (read) => onProgress(plan.name, read)));
      }
      if (dryRun || (strict && done.some((step) => step.rejected > 0))) throw new TakenBack(done);
      return done;
    });
    return { steps, loaded: true };
  } catch (outcome) {
    if (outcome instanceof TakenBack) return { steps: outcome.steps, loaded: false };
    throw outcome;
  }
}

const MANY = 1_000;
/** Tables that triggers fill beside the one that is imported. */
const FILLED_BESIDE: Readonly<Record<string, string[]>> = {
  opportunities: ["opportunity_history"],
};

/**
 * The planner should know of a large import before the next report asks. What the server's own vacuum noted while the
 * rows were there and not committed, or taken back after a dry run, is that there are none.
 */
async function refreshStatistics(pool: pg.Pool, steps: readonly StepResult[]) {
  const tables = steps
    .filter((step) => step.inserted + step.updated >= MANY)
    .flatMap(({ table }) => [table, ...(FILLED_BESIDE[table] ?? [])]);
  for (const table of new Set(tables)) await pool.query(`ANALYZE ${crm(table)}`);
}
