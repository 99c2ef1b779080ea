import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { loadConfig } from "../src/config.ts";
import { connect } from "../src/db/connect.ts";
import { migrateUp } from "../src/db/migrate.ts";
import { openDatabase } from "../src/db/open.ts";
import { createPool } from "../src/db/pool.ts";

/**
 * Runs `work` on a migrated database of its own, and drops it afterwards, also on Ctrl-C.
 * @param databaseUrl a database on the server to use; left out, DATABASE_URL's, or an embedded one in a scratch folder
 */
export async function withScratchDatabase(
  work: (pool: pg.Pool, url: string) => Promise<void>,
  databaseUrl: string | undefined = loadConfig().databaseUrl,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tidemark-bench-"));
  const server = await openDatabase({ databaseUrl, dataDir: join(folder, "data") }, "command");
  const name = `tidemark_bench_${randomBytes(4).toString("hex")}`;
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const clean = async () => {
    await run(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  process.once("SIGINT", () => clean().finally(() => process.exit(130)));
  try {
    await run(server.url, `CREATE DATABASE ${name}`);
    await migrateUp(url.href);
    const pool = createPool(url.href, { name: "bench" });
    await work(pool, url.href).finally(() => pool.end());
  } finally {
    await clean();
  }
}

async function run(url: string, sql: string) {
  const client = await connect(url, "bench");
  await client.query(sql).finally(() => client.end());
}
