/**
 * Rows per second of `import` against `psql \copy` of the same rows into the same table, with its triggers and indexes.
 *
 *   node bench/import.ts [rows]
 *
 * The server is DATABASE_URL's (its login may create databases) or an embedded one. Each side gets a fresh database
 * with the same companies, people and products. `\copy` is handed the ids that `import` has to look up.
 */
import { execFile, spawnSync } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { from as copyFrom } from "pg-copy-streams";
import { migrateUp } from "../src/db/migrate.ts";
import { createPool } from "../src/db/pool.ts";
import { runImport } from "../src/ingest/run.ts";
import { startTestServer } from "../test/support/server.ts";
import { databaseUrl, runSql } from "../test/support/sql.ts";
import { columns, deals, dimensions, mapping, resolvedQuery } from "./import-rows.ts";

const COPY = `COPY crm.opportunities (${columns.join(", ")}) FROM STDIN (FORMAT csv, HEADER)`;
const rows = Number(process.argv[2] ?? 1_000_000);
const folder = await mkdtemp(join(tmpdir(), "tidemark-bench-"));
const server = await startTestServer();
const made: string[] = [];

try {
  const template = await create("template0");
  await migrateUp(template);
  await runSql(template, dimensions);

  const named = join(folder, "deals.csv");
  await pipeline(Readable.from(deals(rows)), createWriteStream(named));
  const mappingFile = join(folder, "mapping.json");
  await writeFile(mappingFile, JSON.stringify(mapping));

  const byImport = await create(template);
  const imported = await timeImport(byImport, mappingFile);
  const replayed = await timeImport(byImport, mappingFile);
  const resolved = join(folder, "resolved.csv");
  await exportResolved(byImport, resolved);

  const byCopy = await create(template);
  const copied = await timeCopy(byCopy, resolved);
  await requireSame(byImport, byCopy);

  const { size } = await stat(named);
  const perSecond = (seconds: number) => Math.round(rows / seconds).toLocaleString("en");
  console.log(
    `scale        ${rows.toLocaleString("en")} opportunities, ${(size / 1e6).toFixed(0)} MB of CSV`,
  );
  console.log(`import       ${imported.toFixed(1)} s, ${perSecond(imported)} rows/s`);
  console.log(
    `${copied.by.padEnd(12)} ${copied.seconds.toFixed(1)} s, ${perSecond(copied.seconds)} rows/s`,
  );
  console.log(
    `ratio        ${(copied.seconds / imported).toFixed(2)} (import rows/s ÷ ${copied.by} rows/s)`,
  );
  console.log(
    `replay       ${replayed.toFixed(1)} s, ${perSecond(replayed)} rows/s, nothing written`,
  );
  console.log(`peak memory  ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB resident`);
} finally {
  for (const name of made) {
    await runSql(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** A new database, empty or a copy. @returns its address */
async function create(template: string): Promise<string> {
  const name = `tidemark_bench_${process.pid}_${made.length}`;
  const source = template.startsWith("postgres") ? new URL(template).pathname.slice(1) : template;
  await runSql(server.url, `CREATE DATABASE ${name} TEMPLATE ${source}`);
  made.push(name);
  return databaseUrl(server.url, name);
}

async function timeImport(url: string, mappingFile: string): Promise<number> {
  const pool = createPool(url, { name: "bench" });
  try {
    await pool.query("CHECKPOINT").catch(() => {});
    const started = performance.now();
    const result = await runImport(pool, mappingFile, { rejects: join(folder, "rejects.csv") });
    if (result.rejected > 0) throw new Error(`${result.rejected} rows rejected`);
    return (performance.now() - started) / 1000;
  } finally {
    await pool.end();
  }
}

/** The rows as `\copy` takes them, in the order of the file. */
async function exportResolved(url: string, path: string) {
  const pool = createPool(url, { name: "bench" });
  const client = await pool.connect();
  const { to } = await import("pg-copy-streams");
  await pipeline(client.query(to(resolvedQuery)), createWriteStream(path));
  client.release();
  await pool.end();
}

async function timeCopy(url: string, path: string) {
  await runSql(url, "CHECKPOINT").catch(() => {});
  const hasPsql = spawnSync("psql", ["--version"]).status === 0;
  const started = performance.now();
  if (hasPsql) {
    const copy = `\\copy ${COPY.slice("COPY ".length).replace("STDIN", `'${path}'`)}`;
    await promisify(execFile)("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", copy, url]);
  } else {
    const pool = createPool(url, { name: "bench" });
    const client = await pool.connect();
    await pipeline(createReadStream(path), client.query(copyFrom(COPY)));
    client.release();
    await pool.end();
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, by: hasPsql ? "psql \\copy" : "bare COPY" };
}

/** Both sides did the same work, or the figures mean nothing. */
async function requireSame(...urls: string[]) {
  const sums = await Promise.all(
    urls.map(async (url) => {
      const [row] = await runSql(
        url,
        `SELECT
          (SELECT count(*) || ' ' || sum(amount) FROM crm.opportunities) AS deals,
          (SELECT count(*) FROM crm.opportunity_history) AS history`,
      );
      return JSON.stringify(row);
    }),
  );
  if (new Set(sums).size !== 1) throw new Error(`the databases differ: ${sums.join(" and ")}`);
}
