import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Runs a program to its end. @returns seconds @throws Error when it fails */
export async function seconds(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<number> {
  const began = performance.now();
  const child = spawn(program, args, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, ...env },
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return (performance.now() - began) / 1000;
}

/** Downloads with curl, the bytes going nowhere. */
export const download = (address: string, authorization: string) =>
  seconds("curl", [
    ...["--silent", "--show-error", "--fail", "--output", "/dev/null"],
    ...["--header", `Authorization: ${authorization}`, address],
  ]);

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? 0;

/** Megabytes that a process holds. */
export const memoryOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** The most that it holds while work goes on. */
export async function peakOf(pid: number, work: () => Promise<unknown>): Promise<number> {
  let peak = memoryOf(pid);
  const over = new AbortController();
  const watch = (async () => {
    while (!over.signal.aborted) {
      peak = Math.max(peak, memoryOf(pid));
      await delay(50);
    }
  })();
  await work();
  over.abort();
  await watch;
  return peak;
}
