import { spawn } from "node:child_process";
import type { Launcher } from "./launcher.ts";

export interface Outcome {
  /** Exit code; undefined when the program could not be started or was killed. */
  code: number | undefined;
  stdout: string;
  stderr: string;
}

/**
 * Runs one program to its end, in a session of its own, so that Ctrl-C in the terminal does not reach it.
 * @param input written to its standard input
 */
export function run(
  launcher: Launcher,
  program: string,
  args: readonly string[],
  input = "",
): Promise<Outcome> {
  const [command = program, ...rest] = [...launcher.wrapper, program, ...args];
  return new Promise((resolve) => {
    let stdout = "";
    let stderr = "";
    const child = spawn(command, rest, {
      cwd: "/",
      detached: true,
      // A clean environment: PGPORT, LD_LIBRARY_PATH and the like must not steer the embedded server.
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
      ...(launcher.account && { uid: launcher.account.uid, gid: launcher.account.gid }),
    });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", (error) => resolve({ code: undefined, stdout, stderr: error.message }));
    child.on("close", (code) => resolve({ code: code ?? undefined, stdout, stderr }));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
