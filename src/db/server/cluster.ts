import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { databaseUnusable } from "../../errors.ts";
import { findAccount } from "./account.ts";
import type { Launcher } from "./launcher.ts";
import { isAlive } from "./process.ts";
import type { Programs } from "./programs.ts";
import { run } from "./run.ts";

const PASSWORD_FILE = "tidemark-password";
const DRAFT = "postgres.new-";

/** Where the embedded server's files are, inside the data directory. */
export const clusterFolder = (dataDir: string) => join(dataDir, "postgres");

/** The generated password of the login `tidemark`. */
export const readPassword = (dataDir: string) =>
  readFile(join(clusterFolder(dataDir), PASSWORD_FILE), "utf8");

/**
 * Creates the database files unless they are there: in a draft folder that is renamed when complete, so that an
 * interrupted first start leaves nothing half-made. Two first starts at once: one draft wins, the other is discarded.
 * @throws TidemarkError `data_dir_other_version`, `data_dir_unusable`, `embedded_server_failed`
 */
export async function ensureCluster(dataDir: string, programs: Programs, launcher: Launcher) {
  const folder = clusterFolder(dataDir);
  if (existsSync(folder)) return checkVersion(folder, programs, launcher);
  await removeAbandonedDrafts(dataDir);
  const draft = await mkdtemp(join(dataDir, `${DRAFT}${process.pid}-`)).catch((error) => {
    throw unusable(
      `${dataDir} cannot be written to (${error.code}): change its owner or mode`,
      error,
    );
  });
  try {
    await build(draft, programs, launcher);
    await rename(join(draft, "data"), folder);
  } catch (error) {
    if (!existsSync(join(folder, "PG_VERSION"))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function build(draft: string, { initdb, postgres }: Programs, launcher: Launcher) {
  const data = join(draft, "data");
  const superuserPassword = join(draft, "password");
  const password = randomBytes(24).toString("base64url");
  await mkdir(data, { mode: 0o700 });
  // Nobody needs the superuser's password: its owner can always start the server in single-user mode.
  await writeFile(superuserPassword, randomBytes(24).toString("base64url"), { mode: 0o600 });
  if (process.getuid?.() === 0) {
    const { uid, gid } = await findAccount();
    for (const path of [draft, data, superuserPassword]) await chown(path, uid, gid);
  }
  const create = await run(launcher, initdb, [
    `--pgdata=${data}`,
    "--username=postgres",
    `--pwfile=${superuserPassword}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // Sorting and case rules from PostgreSQL itself: the same order on every machine.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ]);
  if (create.code !== 0) throw failed("initdb", create.stderr || create.stdout);
  // An ordinary login, as on a managed server, so that both behave alike.
  const setUp = await run(
    launcher,
    postgres,
    ["--single", "-D", data, "postgres"],
    `CREATE ROLE tidemark LOGIN CREATEROLE CREATEDB PASSWORD '${password}'\nCREATE DATABASE tidemark OWNER tidemark\n`,
  );
  if (setUp.code !== 0 || /ERROR|FATAL|PANIC/.test(setUp.stderr)) {
    throw failed("postgres --single", setUp.stderr);
  }
  await writeFile(join(data, PASSWORD_FILE), password, { mode: 0o600 });
}

async function checkVersion(folder: string, { postgres }: Programs, launcher: Launcher) {
  const found = await readFile(join(folder, "PG_VERSION"), "utf8").catch((error) => {
    if (error.code !== "EACCES") return undefined;
    throw unusable(`${folder} belongs to another user: start as that one`, error);
  });
  if (found === undefined || !existsSync(join(folder, PASSWORD_FILE))) {
    throw unusable(`${folder} was not made by Tidemark: move it away`);
  }
  const { stdout } = await run(launcher, postgres, ["--version"]);
  const ours = /\) (\d+)/.exec(stdout)?.[1];
  if (ours === found.trim()) return;
  throw databaseUnusable(
    "data_dir_other_version",
    `${folder} holds data of PostgreSQL ${found.trim()}, and the embedded server is PostgreSQL ${ours}: go back to the version that made it, or set TIDEMARK_DATA_DIR to another folder`,
  );
}

/** Drafts of processes that were killed. */
async function removeAbandonedDrafts(dataDir: string) {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith(DRAFT) && !isAlive(Number(name.slice(DRAFT.length).split("-")[0]))) {
      await rm(join(dataDir, name), { recursive: true, force: true });
    }
  }
}

const unusable = (what: string, cause?: unknown) =>
  databaseUnusable(
    "data_dir_unusable",
    `${what}, or set TIDEMARK_DATA_DIR to another folder`,
    cause,
  );

const failed = (program: string, output: string) =>
  databaseUnusable(
    "embedded_server_failed",
    `The embedded server cannot be created (${program}): ${output.trim().split("\n").slice(-2).join(" ")}`,
  );
