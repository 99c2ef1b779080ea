import { execFile } from "node:child_process";
import { existsSync } from "node:fs";

interface Options {
  env?: Readonly<Record<string, string>>;
  input?: string;
}

/** Runs a program of the machine to its end. @returns what it wrote @throws what it complained about */
export const run = (
  program: string,
  parameters: readonly string[],
  { env, input = "" }: Options = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, timeout: 60_000, maxBuffer: 64 * 1024 ** 2 };
    const child = execFile(program, parameters, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program}: ${error.message}\n${stderr}\n${stdout}`));
      else resolve(stdout);
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });

/** Skips what needs one of these files, and says which package brings it. */
export function needs(context: Mocha.Context, packageName: string, ...files: string[]): void {
  if (files.every((file) => existsSync(file))) return;
  console.warn(
    `      no ${files.find((file) => !existsSync(file))}: apt-get install ${packageName}`,
  );
  context.skip();
}
