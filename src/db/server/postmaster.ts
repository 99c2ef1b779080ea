import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterFolder, readPassword } from "./cluster.ts";
import type { Launcher } from "./launcher.ts";
import { choosePort } from "./port.ts";
import type { Programs } from "./programs.ts";
import { run } from "./run.ts";
import { serverOptions } from "./settings.ts";

const LOG_LIMIT = 10_000_000;

/** Starts and stops the PostgreSQL server process of one data directory. */
export interface Postmaster {
  /** The address to connect to, if its files say that it runs (after a crash they may be wrong). */
  address(): Promise<string | undefined>;
  /** @returns what went wrong, or undefined once it accepts connections */
  start(): Promise<string | undefined>;
  /** Fast and clean: sessions are ended, and the next start needs no recovery. */
  stop(): Promise<void>;
}

export function createPostmaster(
  dataDir: string,
  programs: Programs,
  launcher: Launcher,
  settings: Readonly<Record<string, string>>,
): Postmaster {
  const folder = clusterFolder(dataDir);
  const log = join(folder, "server.log");
  const control = (...args: string[]) => run(launcher, programs.pgCtl, ["-D", folder, ...args]);

  return {
    async address() {
      const lines = await readFile(join(folder, "postmaster.pid"), "utf8").catch(() => "");
      const port = Number(lines.split("\n")[3]);
      return port ? address(port, await readPassword(dataDir)) : undefined;
    },

    async start() {
      const port = await choosePort(await lastPort(dataDir));
      await turnOver(log);
      const logged = await size(log);
      const options = serverOptions(port, settings);
      const result = await control("start", "-w", "-t", "60", "-s", "-l", log, "-o", options);
      if (result.code === 0) return writeAddress(dataDir, port);
      const words = (await readFile(log, "utf8").catch(() => "")).slice(logged).trim().split("\n");
      const fatal = words.findLast((line) => /FATAL|PANIC|ERROR|cannot|could not/.test(line));
      return fatal?.replace(/^.*?(FATAL|PANIC|ERROR): +/, "") ?? result.stderr.trim();
    },

    async stop() {
      await control("stop", "-m", "fast", "-w", "-t", "120", "-s");
    },
  };
}

const address = (port: number, password: string) =>
  `postgres://tidemark:${password}@127.0.0.1:${port}/tidemark`;

const addressFile = (dataDir: string) => join(dataDir, "server.json");

/** BI tools and scripts find the address here; it stays the same from start to start while its port is free. */
async function writeAddress(dataDir: string, port: number): Promise<undefined> {
  const url = address(port, await readPassword(dataDir));
  const draft = `${addressFile(dataDir)}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify({ port, url }, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, addressFile(dataDir));
}

async function lastPort(dataDir: string): Promise<number | undefined> {
  const text = await readFile(addressFile(dataDir), "utf8").catch(() => "{}");
  try {
    return JSON.parse(text).port;
  } catch {
    return undefined;
  }
}

const size = (path: string) =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Keeps the log of the server bounded: one old file beside the current one. */
async function turnOver(log: string) {
  if ((await size(log)) > LOG_LIMIT) await rename(log, `${log}.old`);
}
