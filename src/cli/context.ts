import type pg from "pg";
import { type Config, loadConfig } from "../config.ts";
import { pendingMigrations } from "../db/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { createPool } from "../db/pool.ts";
import { databaseUnusable } from "../errors.ts";
import { createLog, type Log } from "../log.ts";

export interface CommandContext {
  config: Config;
  /** Address with password. */
  url: string;
  pool: pg.Pool;
  log: Log;
}

/**
 * Runs one command against the database: beside a running `serve` on that one's embedded server, otherwise alone.
 * Ctrl-C leaves the database in order.
 * @param options.migrated false for a command that works without tables
 * @throws TidemarkError `migrations_pending` and what `openDatabase` throws
 */
export async function withDatabase<T>(
  work: (context: CommandContext) => Promise<T>,
  { migrated = true } = {},
): Promise<T> {
  const config = loadConfig();
  const opening = openDatabase(config, "command");
  let leaving: Promise<never> | undefined;
  const leave = (signal: NodeJS.Signals) => {
    const closed = opening.then((database) => database.close()).catch(() => {});
    leaving ??= closed.then(() => process.exit(signal === "SIGINT" ? 130 : 143));
  };
  process.on("SIGINT", leave).on("SIGTERM", leave);
  try {
    const database = await opening;
    if (migrated) await requireMigrated(database.url);
    const pool = createPool(database.url, { name: "command" });
    try {
      return await work({ config, url: database.url, pool, log: createLog(config.logLevel) });
    } finally {
      await pool.end();
    }
  } catch (error) {
    // Work that was interrupted fails in its own words; nobody needs to read them.
    throw (await leaving) ?? error;
  } finally {
    await opening.then((database) => database.close()).catch(() => {});
    process.off("SIGINT", leave).off("SIGTERM", leave);
  }
}

/** @throws TidemarkError `migrations_pending`, naming the command that helps */
export async function requireMigrated(url: string) {
  const pending = await pendingMigrations(url);
  if (pending.length === 0) return;
  const many = pending.length === 1 ? "a migration" : `${pending.length} migrations`;
  throw databaseUnusable(
    "migrations_pending",
    `The database lacks ${many}: run "npm run tidemark -- migrate up" first`,
  );
}
