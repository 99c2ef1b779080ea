import pg from "pg";
import { TidemarkError } from "../../errors.ts";

/**
 * Who uses the embedded server is written where it cannot go stale: in advisory locks of that server, which vanish
 * with the process that holds them. Everybody shares `USERS`; one `serve` at a time holds `SERVE`.
 */
const USERS = "1414087749, 1";
const SERVE = "1414087749, 2";

export interface Lease {
  /** Resolves when the server ends the session. */
  lost: Promise<void>;
  /** Gives it back; calls `stop` when nobody else uses the server. */
  release(stop: () => Promise<void>): Promise<void>;
}

/**
 * Registers this process as a user of the server.
 * @returns "absent" when nobody (or somebody else) answers there, "busy" while it starts up or shuts down
 * @throws TidemarkError `data_dir_in_use`, naming the process
 */
export async function takeLease(
  url: string,
  purpose: "serve" | "command",
  dataDir: string,
): Promise<Lease | "absent" | "busy"> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `tidemark lease ${purpose} ${process.pid}`,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  const lost = new Promise<void>((resolve) => client.once("end", resolve));
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`SELECT pg_advisory_lock_shared(${USERS})`);
    if (purpose === "serve") await becomeTheOnlyServe(client, dataDir);
  } catch (error) {
    await client.end().catch(() => {});
    if (error instanceof TidemarkError) throw error;
    const { code } = error as { code?: string };
    return code === "ECONNREFUSED" || code === "28P01" ? "absent" : "busy";
  }
  return { lost, release: (stop) => release(client, stop) };
}

async function becomeTheOnlyServe(client: pg.Client, dataDir: string) {
  const { rows } = await client.query(`SELECT pg_try_advisory_lock(${SERVE}) AS alone`);
  if (rows[0].alone) return;
  const holder = await client.query(`
    SELECT substring(application_name FROM '\\d+$') AS pid
    FROM pg_locks
    JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND (classid, objid) = (${SERVE}) AND granted`);
  const who = holder.rows[0]?.pid ? `process ${holder.rows[0].pid}` : "another process";
  throw new TidemarkError(
    "data_dir_in_use",
    503,
    `${dataDir} is in use by ${who}: stop that one first, or set TIDEMARK_DATA_DIR to another folder`,
  );
}

async function release(client: pg.Client, stop: () => Promise<void>) {
  try {
    await client.query("SELECT pg_advisory_unlock_all()");
    const { rows } = await client.query(`SELECT pg_try_advisory_lock(${USERS}) AS alone`);
    if (rows[0].alone) await stop();
  } catch {
    // The server is gone already.
  } finally {
    await client.end().catch(() => {});
  }
}
