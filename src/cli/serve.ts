import type { Command } from "commander";
import { demoPeople } from "../access/demo-people.ts";
import { loadConfig } from "../config.ts";
import { openDatabase } from "../db/open.ts";
import { createPool } from "../db/pool.ts";
import { badUsage, databaseUnusable } from "../errors.ts";
import { createExporter } from "../exports/exporter.ts";
import { createLog } from "../log.ts";
import { createMailer } from "../mail/mailer.ts";
import { startWorker } from "../marts/worker.ts";
import { createApp } from "../web/app.ts";
import { createOpenPages } from "../web/open-pages/open-pages.ts";
import { checkPort, listen } from "./http-server.ts";
import { prepare } from "./prepare.ts";
import { atMost, createShutdown, Interrupted, type Shutdown, whenAborted } from "./shutdown.ts";
import { sayReady } from "./welcome.ts";

interface ServeOptions {
  web: boolean;
  worker: boolean;
  firstRun: boolean;
}

const STOP_WORKER_MS = 15_000;
const SEND_MAILS_MS = 10_000;
const CLOSE_POOL_MS = 5_000;
/** Between one page and the next of somebody who reads what they see. */
const IDLE_SESSION_MS = 300_000;
const LINGER_MS = 2_000;

/** `serve [--no-worker] [--no-web] [--first-run]` */
export function register(program: Command) {
  program
    .command("serve")
    .summary("run the web pages and the worker")
    .description(
      "Runs the web pages and the worker that keeps the data behind them fresh. Ctrl-C stops both.",
    )
    .option("--no-worker", "only the web pages")
    .option("--no-web", "only the worker")
    .option("--first-run", "migrate first, and load demo data into an empty database", false)
    .addHelpText(
      "after",
      `
Examples:
  npm start                                  the same as serve --first-run
  npm run tidemark -- serve
  PORT=8080 npm run tidemark -- serve --no-worker`,
    )
    .action(async (options: ServeOptions) => {
      if (!options.web && !options.worker)
        throw badUsage("--no-web and --no-worker leave nothing to run");
      await serve(options);
    });
}

/** Starts everything, waits for a signal, stops everything: the database, which started first, last. */
async function serve(options: ServeOptions) {
  const config = loadConfig();
  const log = createLog(config.logLevel);
  const shutdown = createShutdown(log);
  const starting = start(options, config, log, shutdown);
  const requested = whenAborted(shutdown.requested);
  try {
    const { lost } = await Promise.race([starting, requested]);
    await Promise.race([lost, requested]);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    await shutdown.run(starting);
    // Whatever a library may have left open must not keep a stopped service alive.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

async function start(
  { web, worker, firstRun }: ServeOptions,
  config: ReturnType<typeof loadConfig>,
  log: ReturnType<typeof createLog>,
  shutdown: Shutdown,
) {
  if (web) await checkPort(config.port, config.host);

  const database = await openDatabase(config, "serve");
  // A server of someone else's goes on.
  if (!config.databaseUrl) await shutdown.add("database", () => database.close());
  const lost = database.lost.then(() => {
    throw databaseUnusable("database_lost", "The embedded server went away: start again");
  });
  lost.catch(() => {});

  const pool = createPool(database.url, { name: "serve", idleMs: IDLE_SESSION_MS });
  let grace = 0;
  await shutdown.add("database connections", async (closing) => {
    await atMost(grace, pool.end(), closing);
  });
  const signal = shutdown.requested;
  await Promise.race([prepare({ url: database.url, pool, config, log, firstRun, signal }), lost]);
  grace = CLOSE_POOL_MS;

  if (worker) {
    const running = await startWorker({ url: database.url, log });
    await shutdown.add("worker", async (closing) => {
      await atMost(STOP_WORKER_MS, running.stop(), closing);
    });
  }
  if (web) {
    const mail = config.mail && { ...config.mail, mailer: createMailer(config.mail) };
    if (mail)
      await shutdown.add("mail", async (closing) => {
        await atMost(SEND_MAILS_MS, mail.mailer.close(), closing);
      });
    const { timeZone } = config;
    const openPages = createOpenPages({ url: database.url, timeZone, now: () => new Date(), log });
    const exporter = createExporter({ url: database.url, most: config.exportsAtOnce });
    await shutdown.add("exports", async (closing) => {
      await atMost(CLOSE_POOL_MS, exporter.close(), closing);
    });
    const app = await createApp({ pool, config, log, openPages, exporter, mail });
    const server = await listen(app, config.port, config.host);
    await shutdown.add("web", (closing) => server.close(closing));
    // Before that, or it would wait for answers that have no end.
    await shutdown.add("open pages", async (closing) => {
      await atMost(CLOSE_POOL_MS, openPages.close(), closing);
    });
    sayReady(server.address, config.host, { isDemo: (await demoPeople(pool)).length > 0 });
  } else {
    console.log("Tidemark is ready, without web pages");
  }
  return { lost };
}
