import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { PG_MIGRATE_LOCK_ID, runner } from "node-pg-migrate";
import type pg from "pg";
import { databaseUnusable, TidemarkError } from "../errors.ts";
import { connect } from "./connect.ts";
import { checkRequirements } from "./requirements.ts";

const FOLDER = resolve(import.meta.dirname, "../../migrations");

/** How long to wait for another process that migrates, and for readers and writers that are in the way. */
const WAIT_FOR_MIGRATION = "5min";
const WAIT_FOR_TABLE = "10s";

export interface MigrateOptions {
  /** Where the migrations are, as an absolute path. */
  folder?: string;
  /** For tests: overrides how long to wait for another process that migrates. */
  waitForMigration?: string;
}

export interface MigrationState {
  name: string;
  /** Null while pending. */
  appliedAt: Date | null;
}

/**
 * Applies what is pending, in one transaction: all of it or nothing. Safe when many processes start at once.
 * @returns the names applied, in order
 * @throws TidemarkError `database_too_old`, `missing_privilege`, `migration_busy`, `migration_failed`, …
 */
export const migrateUp = (url: string, options: MigrateOptions = {}) =>
  withMigrationLock(url, options, (client) =>
    runMigrations(client, options, "up", Number.POSITIVE_INFINITY),
  );

/** Takes back the last `count` migrations, in one transaction. @returns the names taken back, latest first */
export const migrateDown = (url: string, count = 1, options: MigrateOptions = {}) =>
  withMigrationLock(url, options, (client) => runMigrations(client, options, "down", count));

/** Every migration, applied or pending, oldest first. Writes nothing. */
export async function migrationStatus(
  url: string,
  options: MigrateOptions = {},
): Promise<MigrationState[]> {
  const client = await connect(url, "migrate");
  try {
    return await readStatus(client, options);
  } finally {
    await client.end();
  }
}

/** Names of the migrations that a database still needs. */
export const pendingMigrations = async (url: string, options: MigrateOptions = {}) =>
  (await migrationStatus(url, options)).filter((one) => !one.appliedAt).map(({ name }) => name);

async function readStatus(client: pg.Client, { folder = FOLDER }: MigrateOptions) {
  const files = await readdir(folder);
  const names = files.filter((file) => file.endsWith(".sql")).map((file) => file.slice(0, -4));
  const { rows } = await client.query("SELECT to_regclass('ops.migrations') AS history");
  const applied = rows[0].history
    ? (await client.query("SELECT name, run_on AT TIME ZONE 'UTC' AS at FROM ops.migrations")).rows
    : [];
  const times = new Map<string, Date>(applied.map(({ name, at }) => [name, at]));
  return [...new Set([...names, ...times.keys()])]
    .sort()
    .map((name) => ({ name, appliedAt: times.get(name) ?? null }));
}

async function withMigrationLock<T>(
  url: string,
  { waitForMigration = WAIT_FOR_MIGRATION }: MigrateOptions,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(url, "migrate");
  try {
    await checkRequirements(client);
    // Every name in a migration is qualified; the history is written in UTC.
    await client.query("SET search_path = pg_catalog, pg_temp; SET timezone = 'UTC'");
    await client.query("SELECT set_config('lock_timeout', $1, false)", [waitForMigration]);
    await client.query("SELECT pg_advisory_lock($1)", [PG_MIGRATE_LOCK_ID]).catch(explainLock);
    await client.query("SELECT set_config('lock_timeout', $1, false)", [WAIT_FOR_TABLE]);
    return await work(client);
  } finally {
    // Ending the session gives the lock back.
    await client.end();
  }
}

async function runMigrations(
  client: pg.Client,
  { folder = FOLDER }: MigrateOptions,
  direction: "up" | "down",
  count: number,
): Promise<string[]> {
  const story = { current: "", said: "" };
  const quiet = () => {};
  const logger = {
    debug: quiet,
    warn: quiet,
    info(line: string) {
      story.current = /^### MIGRATION (\S+)/.exec(line)?.[1] ?? story.current;
    },
    error(line: string) {
      story.said = line;
    },
  };
  try {
    const done = await runner({
      dbClient: client,
      dir: folder,
      direction,
      count,
      migrationsSchema: "ops",
      createMigrationsSchema: true,
      migrationsTable: "migrations",
      singleTransaction: true,
      noLock: true, // Held already, with a bound on the wait.
      logger,
    });
    return done.map(({ name }) => name);
  } catch (error) {
    throw explainFailure(error as Error & { code?: string }, story);
  }
}

function explainLock(error: Error & { code?: string }): never {
  if (error.code !== "55P03") throw error;
  throw databaseUnusable(
    "migration_busy",
    "Another process is migrating this database: try again when it is done",
    error,
  );
}

function explainFailure(
  error: Error & { code?: string },
  { current, said }: { current: string; said: string },
) {
  if (error.code === "55P03") {
    return databaseUnusable(
      "table_busy",
      `A table stayed in use for ${WAIT_FOR_TABLE}, so nothing was migrated: try again in a quiet moment`,
      error,
    );
  }
  // The runner marks the place: the line above its carets.
  const place = /^(.*)\n *\^{4}/m.exec(said)?.[1]?.trim();
  const where = current && ` in ${current}${place ? `, at "${place}"` : ""}`;
  return new TidemarkError(
    "migration_failed",
    500,
    `Nothing was migrated: ${error.message}${where}`,
    { cause: error },
  );
}
