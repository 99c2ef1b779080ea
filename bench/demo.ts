/**
 * How long the demo data takes to load, step by step, and how many rows it is.
 *
 *   node bench/demo.ts [--scale 1] [--seed 1]
 *
 * Works on a database of its own, on the server of DATABASE_URL or an embedded one in a scratch folder.
 */
import { parseArgs } from "node:util";
import type pg from "pg";
import { loadDemo } from "../src/demo/load.ts";
import { withScratchDatabase } from "./scratch-database.ts";

const { values } = parseArgs({
  options: {
    scale: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
  },
});

await withScratchDatabase(async (pool) => {
  const { seconds, steps } = await loadDemo(pool, {
    scale: Number(values.scale),
    seed: Number(values.seed),
    onStep: (step) => console.error(step),
  });
  for (const { name, seconds } of steps)
    console.log(`${name.padEnd(24)}${seconds.toFixed(2).padStart(9)} s`);
  console.log(`${"all, with vacuum".padEnd(24)}${seconds.toFixed(2).padStart(9)} s`);
  await printRows(pool);
});

async function printRows(pool: pg.Pool) {
  const { rows } = await pool.query(`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'crm'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    ORDER BY relname`);
  let total = 0;
  for (const { name } of rows) {
    const counted = await pool.query(`SELECT count(*) AS n FROM crm.${name}`);
    const n = Number(counted.rows[0].n);
    total += n;
    if (n > 0) console.log(`${name.padEnd(24)}${n.toLocaleString("en").padStart(12)} rows`);
  }
  const size = await pool.query(
    "SELECT pg_size_pretty(pg_database_size(current_database())) AS size",
  );
  console.log(`${total.toLocaleString("en")} rows, ${size.rows[0].size}`);
}
