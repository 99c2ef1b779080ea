import type pg from "pg";
import { followTimeZone } from "../access/bi-login/settings.ts";
import { revokePublicGrants } from "../access/public-grants.ts";
import type { Config } from "../config.ts";
import { connect } from "../db/connect.ts";
import { migrateUp } from "../db/migrate.ts";
import { whileAlone } from "../db/start-lock.ts";
import { isEmpty, loadDemo } from "../demo/load.ts";
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
  /** Aborted when somebody wants the service to stop. */
  signal: AbortSignal;
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

async function fill({ url, pool, config, log, firstRun, signal }: PrepareOptions) {
  if (firstRun) {
    const names = await migrateUp(url);
    if (names.length > 0) log.info({ count: names.length }, "tables created or updated");
  } else {
    await requireMigrated(url);
  }
  const beyond = await revokePublicGrants(pool);
  if (beyond.length > 0)
    log.warn(
      { run: beyond },
      "every login of the server can connect: have the database's owner run this",
    );
  const changed = await syncSettings(pool, config);
  if (changed.length > 0) log.info({ changed }, "business settings changed");
  // Days and weeks begin elsewhere in another zone: no mart may go on showing the old ones.
  let stale = changed.includes("business_time_zone");
  if (stale)
    await followTimeZone(pool).catch((error: Error) =>
      log.warn({ problem: error.message }, "BI logins keep the time zone that they had"),
    );
  signal.throwIfAborted();
  if (firstRun && (await isEmpty(pool))) {
    log.info("loading demo data into the empty database");
    const { seconds } = await loadDemo(pool, { scale: 1, seed: 1 });
    log.info({ seconds: Math.round(seconds) }, "demo data loaded");
    stale = true;
  }
  const refresh = stale ? refreshAll : fillUnpopulated;
  for (const { mart, seconds, error } of await refresh(pool, { signal })) {
    // The worker tries again; reports on the other marts need not wait for this one.
    if (error) log.error({ mart, problem: error.message }, "mart not filled");
    else log.info({ mart, seconds: Math.round(seconds * 1000) / 1000 }, "mart filled");
  }
}
