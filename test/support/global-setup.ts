import { randomBytes } from "node:crypto";
import { migrateUp } from "../../src/db/migrate.ts";
import { failures } from "./database.ts";
import { startTestServer, type TestServer } from "./server.ts";
import { databaseUrl, runSql } from "./sql.ts";

let server: TestServer | undefined;
let template: string | undefined;

/** Once per run, before the workers start: a server, and a migrated database that tests copy. */
export async function mochaGlobalSetup() {
  server = await startTestServer();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => leave(signal));
  try {
    template = `tidemark_template_${randomBytes(4).toString("hex")}`;
    await runSql(server.url, `CREATE DATABASE ${template}`);
    await migrateUp(databaseUrl(server.url, template));
  } catch (error) {
    await mochaGlobalTeardown();
    throw error;
  }
  process.env.TIDEMARK_TEST_SERVER = server.url;
  process.env.TIDEMARK_TEST_TEMPLATE = template;
}

export async function mochaGlobalTeardown() {
  const [stopping, dropping] = [server, template];
  server = undefined;
  if (stopping && dropping) {
    await runSql(stopping.url, `DROP DATABASE IF EXISTS ${dropping} WITH (FORCE)`).catch(() => {});
  }
  await stopping?.stop();
}

/** Ctrl-C: mocha ends its workers; the server must not outlive the run. */
async function leave(signal: NodeJS.Signals) {
  await mochaGlobalTeardown();
  process.exit(signal === "SIGINT" ? 130 : 143);
}

export const mochaHooks: Mocha.RootHookObject = {
  beforeAll() {
    failures.seen = false;
  },
  afterEach(this: Mocha.Context) {
    if (this.currentTest?.state === "failed") failures.seen = true;
  },
};
