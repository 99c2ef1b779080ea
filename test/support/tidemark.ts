import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { run } from "./program.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MAIN = join(ROOT, "src/main.ts");
/** Half of what a command takes to start is to compile it: once is enough. */
const COMPILED = join(ROOT, "node_modules/.cache/compiled");

/** A data directory of its own, as an absolute path that does not exist yet, and a way to remove it. */
export async function scratchDataDir() {
  const parent = await mkdtemp(join(tmpdir(), "tidemark-cli-"));
  return {
    dataDir: join(parent, "data"),
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}

/**
 * A data directory that the command line has made and given its tables: whoever needs one copies it, which takes a tenth
 * of the time.
 */
export async function migratedDataDir() {
  const { dataDir, remove } = await scratchDataDir();
  const { code, stderr } = await runTidemark(["migrate", "up"], { TIDEMARK_DATA_DIR: dataDir });
  if (code !== 0) throw new Error(stderr);
  return { copyTo: (other: string) => run("cp", ["-a", dataDir, other]), remove };
}

export interface Running {
  child: ChildProcess;
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when its output matches; rejects when the process ends first. */
  waitFor(pattern: RegExp, stream?: "stdout" | "stderr"): Promise<RegExpExecArray>;
  /** Resolves with the exit code, or the signal that ended it. */
  exited: Promise<number | string>;
  /** As a terminal does: to the process and everything that it started. */
  signalGroup(signal: NodeJS.Signals): void;
}

export interface Settings {
  TIDEMARK_DATA_DIR?: string;
  DATABASE_URL?: string;
  HOST?: string;
  PORT?: string;
  [key: string]: string | undefined;
}

/** Starts the command line as a user would, in a process group of its own, with these settings and no others. */
export const startTidemark = (
  args: readonly string[],
  settings: Settings,
  input?: string,
): Running => start(process.execPath, [MAIN, ...args], settings, tmpdir(), input);

/** Starts an npm script of the project. */
export const startNpm = (args: readonly string[], settings: Settings): Running =>
  start("npm", args, { HOME: tmpdir(), ...settings }, ROOT);

/** Runs the command line to its end. @param input what it finds on standard input; left out: nothing at all */
export async function runTidemark(args: readonly string[], settings: Settings, input?: string) {
  const running = startTidemark(args, settings, input);
  const code = await running.exited;
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}

function start(
  program: string,
  args: readonly string[],
  settings: Settings,
  cwd: string,
  input?: string,
) {
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILED, PORT: "0", ...settings },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  }) as ChildProcess & { stdout: Readable; stderr: Readable };
  child.stdin?.end(input);
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      written[stream] += text;
    });
  }
  const exited = once(child, "close").then(([code, signal]) => (code ?? signal) as number | string);
  return {
    child,
    exited,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    async waitFor(pattern: RegExp, stream: "stdout" | "stderr" = "stdout") {
      const ended = exited.then((code) => {
        throw new Error(`ended with ${code} before ${pattern}: ${written.stdout}${written.stderr}`);
      });
      ended.catch(() => {});
      for (;;) {
        const match = pattern.exec(written[stream]);
        if (match) return match;
        await Promise.race([once(child[stream], "data"), ended]);
      }
    },
    signalGroup(signal: NodeJS.Signals) {
      if (child.pid) process.kill(-child.pid, signal);
    },
  };
}

/** The server's address as `serve` leaves it for other programs. */
export const readAddress = async (dataDir: string): Promise<string> =>
  JSON.parse(await readFile(join(dataDir, "server.json"), "utf8")).url;

/** The embedded server's own log. */
export const serverLog = (dataDir: string) =>
  readFile(join(dataDir, "postgres/server.log"), "utf8");

/** Process id of the embedded server, or undefined once it has stopped cleanly. */
export const serverPid = (dataDir: string) =>
  readFile(join(dataDir, "postgres/postmaster.pid"), "utf8").then(
    (text) => Number(text.split("\n")[0]),
    () => undefined,
  );
