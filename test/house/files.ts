import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** Absolute path of a file of the project. */
export const inProject = (path: string) => join(ROOT, path);

/** Paths, relative to the project, of the files that belong to it: versioned, or new and not ignored. */
export function projectFiles(pattern: RegExp): string[] {
  const list = [
    "-c",
    "safe.directory=*",
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
  ];
  const files = execFileSync("git", list, { cwd: ROOT, encoding: "utf8" }).split("\0");
  return files.filter((file) => pattern.test(file) && existsSync(inProject(file)));
}
