import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findAccount } from "../../../src/db/server/account.ts";
import { chooseLauncher } from "../../../src/db/server/launcher.ts";
import { choosePort } from "../../../src/db/server/port.ts";
import { isAlive } from "../../../src/db/server/process.ts";
import { findPrograms } from "../../../src/db/server/programs.ts";
import { run } from "../../../src/db/server/run.ts";
import { serverUrl } from "../../support/database.ts";
import { runSql } from "../../support/sql.ts";

/** A server of a test's own that can be killed. What it has written by then the system keeps: only power that fails asks for fsync. */
export interface Cluster {
  url: string;
  start(): Promise<void>;
  /** Every process of the server at once. */
  kill(): Promise<void>;
  /** Stops it and removes its files. */
  remove(): Promise<void>;
}

/** Of the same version as the run's server, where its programs are installed. */
export async function createCluster(): Promise<Cluster> {
  const programs = await programsOfRun();
  const folder = await mkdtemp(join(tmpdir(), "tidemark-live-"));
  if (process.getuid?.() === 0) {
    const { uid, gid } = await findAccount();
    await chown(folder, uid, gid);
  }
  const data = join(folder, "data");
  const launcher = await chooseLauncher(programs, folder);
  const port = await choosePort(undefined);
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  const control = async (...args: string[]) => {
    const { code, stderr } = await run(launcher, programs.pgCtl, ["-D", data, "-s", ...args]);
    if (code === 0) return;
    const log = await readFile(join(folder, "log"), "utf8").catch(() => "");
    throw new Error(
      `pg_ctl ${args[0]} failed: ${stderr}\n${log.split("\n").slice(-20).join("\n")}`,
    );
  };
  const start = () => control("start", "-w", "-l", join(folder, "log"), "-o", options);
  const initdb = [
    "-D",
    data,
    "-U",
    "postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--no-sync",
  ];
  const { code, stderr } = await run(launcher, programs.initdb, initdb);
  if (code !== 0) throw new Error(`initdb failed: ${stderr}`);
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start,
    async kill() {
      const [first] = (await readFile(join(data, "postmaster.pid"), "utf8")).split("\n");
      const postmaster = Number(first);
      // Stopped first, so that it neither starts another one nor notices.
      signal(postmaster, "SIGSTOP");
      const processes = [postmaster, ...childrenOf(postmaster)];
      for (const pid of processes) signal(pid, "SIGKILL");
      while (processes.some(isAlive)) await delay(10);
    },
    async remove() {
      await control("stop", "-m", "immediate").catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function programsOfRun() {
  const [row] = await runSql<{ version: number }>(
    serverUrl(),
    "SELECT current_setting('server_version_num')::integer / 10000 AS version",
  );
  const folder = `/usr/lib/postgresql/${row?.version}/bin`;
  if (!process.env.DATABASE_URL || !existsSync(folder)) return findPrograms();
  return {
    folder,
    initdb: join(folder, "initdb"),
    pgCtl: join(folder, "pg_ctl"),
    postgres: join(folder, "postgres"),
  };
}

function signal(pid: number, name: "SIGKILL" | "SIGSTOP") {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, ppid]) => ppid === parent)
    .map(([pid]) => pid!);
}
