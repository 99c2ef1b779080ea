/**
 * How long the marts take to refresh: filled for the first time, again with nothing changed, and again with one row
 * in a hundred changed.
 *
 *   node bench/refresh.ts --scale 1 [--seed 1] [--plans]
 *
 * Works on a database of its own, on the server of DATABASE_URL or an embedded one in a scratch folder.
 */
import { parseArgs } from "node:util";
import type pg from "pg";
import { loadDemo } from "../src/demo/load.ts";
import { refreshMart } from "../src/marts/refresh.ts";
import { listMarts } from "../src/marts/registry.ts";
import { withScratchDatabase } from "./scratch-database.ts";

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    plans: { type: "boolean", default: false },
  },
});

/** One row in a hundred, whichever its position. */
const CHANGE = `
  UPDATE crm.opportunities SET amount = coalesce(amount, 0) + 1 WHERE hashtext(id::text) % 100 = 0;
  UPDATE crm.conversation_signals SET signal_value = signal_value + 0.01
  WHERE signal_value IS NOT NULL AND hashtext(call_id || signal_name) % 100 = 0;
  ANALYZE crm.opportunities, crm.conversation_signals`;

await withScratchDatabase(async (pool) => {
  const scale = Number(values.scale);
  const { seconds } = await loadDemo(pool, { scale, seed: Number(values.seed) });
  console.log(`demo data at scale ${scale}: ${seconds.toFixed(1)} s`);
  await printSizes(pool);

  const rounds = new Map<string, Map<string, number>>();
  rounds.set("first fill", await time(pool));
  rounds.set("no change", await time(pool));
  await pool.query(CHANGE);
  rounds.set("1 % changed", await time(pool));
  printRounds(rounds, await rowCounts(pool));
  if (values.plans) await printPlans(pool);
});

/** Seconds per mart. */
async function time(pool: pg.Pool) {
  const times = new Map<string, number>();
  for (const { name } of await listMarts(pool)) {
    const began = performance.now();
    await refreshMart(pool, name);
    times.set(name, (performance.now() - began) / 1000);
  }
  return times;
}

async function printSizes(pool: pg.Pool) {
  const { rows } = await pool.query(`
    SELECT relname || ' ' || reltuples::bigint AS size FROM pg_class
    WHERE relname IN ('opportunities', 'conversations', 'conversation_signals') AND relnamespace = 'crm'::regnamespace
    ORDER BY reltuples`);
  console.log(`rows: ${rows.map(({ size }) => size).join(", ")}`);
}

async function rowCounts(pool: pg.Pool): Promise<Map<string, string>> {
  const { rows } = await pool.query("SELECT mart, row_count FROM reporting.mart_freshness");
  return new Map(rows.map(({ mart, row_count }) => [mart, row_count]));
}

function printRounds(rounds: Map<string, Map<string, number>>, rows: Map<string, string>) {
  const names = [...rounds.keys()];
  console.log(
    ["mart".padEnd(20), "rows".padStart(10), ...names.map((one) => one.padStart(12))].join(""),
  );
  for (const [mart, count] of rows) {
    const cells = names.map((one) => `${rounds.get(one)?.get(mart)?.toFixed(2)} s`.padStart(12));
    console.log([mart.padEnd(20), count.padStart(10), ...cells].join(""));
  }
}

async function printPlans(pool: pg.Pool) {
  for (const { name } of await listMarts(pool)) {
    const sql = `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) SELECT * FROM mart.${name}_definition`;
    const { rows } = await pool.query(sql);
    console.log(`\n${name}\n${rows.map((row) => row["QUERY PLAN"]).join("\n")}`);
  }
}
