import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { createPool } from "../../src/db/pool.ts";
import { databaseUrl, runSql } from "./sql.ts";

/** Whether a test of the current file failed; kept by the root hooks. */
export const failures = { seen: false };

export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  /** Closes the pool and drops the database. With KEEPDB=1 a failed test's database stays, and its address is shown. */
  drop(): Promise<void>;
}

/** Address of the run's server, with a login that may create databases and roles. */
export function serverUrl(): string {
  const url = process.env.TIDEMARK_TEST_SERVER;
  if (!url) throw new Error("No test server: run the tests with mocha from the project's folder");
  return url;
}

/**
 * A database of its own for one test file.
 * @param options.migrated false: empty, instead of a copy of the migrated template
 * @param options.like address of another one to copy, which nobody may use meanwhile
 */
export async function createTestDatabase({
  migrated = true,
  like,
}: {
  migrated?: boolean;
  like?: string;
} = {}): Promise<TestDatabase> {
  const name = `tidemark_test_${randomBytes(6).toString("hex")}`;
  const template = like
    ? new URL(like).pathname.slice(1)
    : migrated
      ? process.env.TIDEMARK_TEST_TEMPLATE
      : "template0";
  await patiently("55006", `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = databaseUrl(serverUrl(), name);
  const pool = createPool(url, { name: "test" });
  return {
    url,
    pool,
    async drop() {
      // A test that failed may still hold a session; DROP … WITH (FORCE) ends it.
      if (!pool.ending) await Promise.race([pool.end(), delay(5_000, undefined, { ref: false })]);
      if (process.env.KEEPDB && failures.seen) {
        console.error(`KEEPDB: kept ${url}`);
        return;
      }
      await patiently("42501", `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/**
 * Runs a statement again while it fails with this code: another test may be copying the template at this moment, and
 * an autovacuum worker, which only a superuser may end, may be at work in a database that is to go.
 */
async function patiently(code: string, statement: string, attempts = 100): Promise<void> {
  try {
    await runSql(serverUrl(), statement);
  } catch (error) {
    if ((error as { code?: string }).code !== code || attempts === 0) throw error;
    await delay(100);
    return patiently(code, statement, attempts - 1);
  }
}
