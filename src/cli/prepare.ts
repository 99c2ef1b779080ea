import type pg from "pg";
import type { Config } from "../config.ts";
import { connect } from "../db/connect.ts";
import { migrateUp } from "../db/migrate.ts";
import { whileAlone } from "../db/start-lock.ts";
import type { Log } from "../log.ts";
import { fillUnpopulated, refreshAll } from "../marts/refresh-all.ts";
import { syncSettings } from "../ops/settings.ts";
import { requireMigrated } from "./context.ts";

export interface PrepareOptions {
  url: string;
  pool: pg.Pool;
  config: Config;
  log: Log;
  /** Migrate, and fill an empty database with demo data. */
  firstRun: boolean;
}

/**
 * Brings a database to the state that the service needs. Of several processes that start together, one does the work.
 * @throws TidemarkError `migrations_pending` unless this is a first run, and what migrating may throw
 */
export async function prepare(options: PrepareOptions) {
  const client = await connect(options.url, "start");
  try {
    await whileAlone(client, () => fill(options));
  } finally {
    await client.end().catch(() => {});
  }
}

async function fill({ url, pool, config, log, firstRun }: PrepareOptions) {
  if (firstRun) {
    const names = await migrateUp(url);
    if (names.length > 0) log.info({ count: names.length }, "tables created or updated");
  } else {
    await requireMigrated(url);
  }
  const changed = await syncSettings(pool, config);
  if (changed.length > 0) log.info({ changed }, "business settings changed");
  // Days and weeks begin elsewhere in another zone: no mart may go on showing the old ones.
  const refresh = changed.includes("business_time_zone") ? refreshAll : fillUnpopulated;
  for (const { mart, seconds, error } of await refresh(pool)) {
    // The worker tries again; reports on the other marts need not wait for this one.
    if (error) log.error({ mart, problem: error.message }, "mart not filled");
    else log.info({ mart, seconds }, "mart filled");
  }
}
