import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type pg from "pg";
import { inTransaction } from "../db/transaction.ts";
import { TidemarkError } from "../errors.ts";

export interface DemoOptions {
  /** 1 is 5,000 opportunities; at least 0.02. */
  scale: number;
  /** Another seed is another company of the same kind. */
  seed: number;
  /** Last day of the data as yyyy-mm-dd; today in the business zone when left out. */
  today?: string;
  /** Called before each step. */
  onStep?: (step: string) => void;
}

export interface DemoResult {
  seconds: number;
  /** Seconds per step, in order. */
  steps: { name: string; seconds: number }[];
}

const steps = readdirSync(new URL("sql/", import.meta.url))
  .filter((file) => file.endsWith(".sql"))
  .sort()
  .map((file) => ({
    name: file.replace(/^\d+-|\.sql$/g, "").replaceAll("-", " "),
    sql: readFileSync(new URL(`sql/${file}`, import.meta.url), "utf8"),
  }));

/** Tables that hold a business's own rows: with one row in any of them, the core is not empty. */
const businessTables = [
  "teams",
  "custom_field_definitions",
  "leads",
  "companies",
  "contacts",
  "products",
  "opportunities",
  "quotas",
  "conversations",
  "cases",
  "activities",
];

/** Whether the core holds no business yet; people who sign in and the fiscal calendar do not count. */
export async function isEmpty(db: pg.Pool | pg.ClientBase): Promise<boolean> {
  const checks = businessTables.map((table) => `EXISTS (SELECT FROM crm.${table})`);
  const { rows } = await db.query(`SELECT NOT (${checks.join(" OR ")}) AS is_empty`);
  return rows[0].is_empty;
}

/**
 * Fills an empty core with a made-up business, the same for the same scale, seed and day. One transaction: when it
 * fails or is interrupted, nothing stays.
 * @throws TidemarkError `not_empty` when the core has rows
 */
export async function loadDemo(pool: pg.Pool, options: DemoOptions): Promise<DemoResult> {
  const { scale, seed, today = null, onStep = () => {} } = options;
  const started = performance.now();
  const times: DemoResult["steps"] = [];
  await inTransaction(pool, async (client) => {
    await client.query(
      "SET LOCAL synchronous_commit = off; SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '256MB'; SET LOCAL jit = off",
    );
    await client.query("SELECT pg_advisory_xact_lock(hashtext('tidemark.demo'))");
    if (!(await isEmpty(client))) throw notEmpty();
    for (const { name, sql } of steps) {
      onStep(name);
      const begun = performance.now();
      await client.query(sql, sql.includes("$1") ? [scale, seed, today] : undefined);
      times.push({ name, seconds: (performance.now() - begun) / 1000 });
    }
    await client.query(
      "INSERT INTO ops.settings (key, value) VALUES ('demo_data', 'true') ON CONFLICT (key) DO NOTHING",
    );
  });
  onStep("vacuum");
  await vacuum(pool);
  return { seconds: (performance.now() - started) / 1000, steps: times };
}

/** Statistics for the planner, and the visibility map for index-only scans; neither waits for the server to get to it. */
async function vacuum(pool: pg.Pool) {
  const { rows } = await pool.query(
    `SELECT string_agg(oid::regclass::text, ', ') AS tables FROM pg_class
     WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
  );
  await pool.query(`VACUUM (ANALYZE) ${rows[0].tables}`);
}

const notEmpty = () =>
  new TidemarkError(
    "not_empty",
    409,
    "The database holds data already, and demo data would mix with it. Load it into a fresh database.",
  );
