import { once } from "node:events";
import { createWriteStream, rmSync } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { badUsage } from "../errors.ts";
import type { Destination } from "./run.ts";

/**
 * A file that is there when it is whole, and not before: it is written under another name beside it, and put to disk before
 * it gets its own. What is no file, such as a pipe, is written as it comes.
 * @throws TidemarkError `bad_usage` where it cannot be written
 */
export async function toFile(path: string): Promise<Destination & { discard(): Promise<void> }> {
  const isFile = await stat(path).then(
    (found) => found.isFile() || (found.isDirectory() && refuse(path, "it is a folder")),
    () => true,
  );
  const written = isFile ? partOf(path) : path;
  const handle = await open(written, isFile ? "wx" : "w").catch((error: Error) =>
    refuse(path, error.message),
  );
  const output = createWriteStream(written, { fd: handle });
  // Ctrl-C leaves no half behind either.
  const remove = () => rmSync(written, { force: true });
  if (isFile) process.once("exit", remove);
  // Whoever writes hears of it by what they wait for.
  output.on("error", () => {});
  return {
    output,
    begin: () => {},
    async end() {
      if (output.errored) throw output.errored;
      if (isFile) {
        await new Promise<void>((resolve, reject) => {
          output.write("", (error) => (error ? reject(error) : resolve()));
        });
        await handle.sync();
      }
      output.end();
      await once(output, "close");
      if (isFile) await rename(written, path);
      process.off("exit", remove);
    },
    breakOff: () => {},
    async discard() {
      output.destroy();
      process.off("exit", remove);
      if (isFile) remove();
    },
  };
}

const partOf = (path: string) => join(dirname(path), `.${basename(path)}.${process.pid}.part`);

function refuse(path: string, why: string): never {
  throw badUsage(`${path} cannot be written: ${why}`);
}
