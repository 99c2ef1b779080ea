import { randomBytes } from "node:crypto";
import { migrateUp } from "../../src/db/migrate.ts";
import { startTestServer, type TestServer } from "./server.ts";
import { databaseUrl, runSql } from "./sql.ts";

let starting: Promise<TestServer> | undefined;
let template: string | undefined;
let leaving = false;

/** Once per run, before the workers start: a server, and a migrated database that tests copy. */
export async function mochaGlobalSetup() {
  // Not once: mocha sends itself the signal again when its workers are gone, which must not cut the stopping short.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => leave(signal));
  try {
    starting = startTestServer();
    const { url } = await starting;
    template = `tidemark_template_${randomBytes(4).toString("hex")}`;
    await runSql(url, `CREATE DATABASE ${template}`);
    await migrateUp(databaseUrl(url, template));
    process.env.TIDEMARK_TEST_SERVER = url;
    process.env.TIDEMARK_TEST_TEMPLATE = template;
  } catch (error) {
    await mochaGlobalTeardown();
    throw error;
  }
}

export async function mochaGlobalTeardown() {
  const server = await starting?.catch(() => undefined);
  starting = undefined;
  if (server && template) {
    await runSql(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`).catch(() => {});
  }
  if (server?.dataDir && process.env.KEEPDB && (await keptDatabases(server.url))) {
    console.error(
      `KEEPDB: the server goes on; its process and its data are in ${server.dataDir}/postgres`,
    );
    // Only leaving by force leaves the server behind.
    setTimeout(() => process.exit(), 500);
    return;
  }
  await server?.stop();
}

const keptDatabases = async (url: string) =>
  (await runSql(url, "SELECT FROM pg_database WHERE datname LIKE 'tidemark\\_test\\_%'")).length >
  0;

/** Ctrl-C: mocha ends its workers; the server must not outlive the run. */
async function leave(signal: NodeJS.Signals) {
  if (leaving) return;
  leaving = true;
  await mochaGlobalTeardown();
  process.exit(signal === "SIGINT" ? 130 : 143);
}
