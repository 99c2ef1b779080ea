import { text } from "node:stream/consumers";
import { badUsage } from "../errors.ts";

/** One line from standard input, for what must not stand in the command itself. @throws TidemarkError `bad_usage` */
export async function readSecret(what: string): Promise<string> {
  // A terminal would show it.
  if (process.stdin.isTTY) throw badUsage(`Send the ${what} through a pipe or from a file`);
  const secret = (await text(process.stdin)).replace(/\r?\n$/, "");
  if (secret === "") throw badUsage(`There is no ${what} on standard input`);
  if (secret.includes("\n")) throw badUsage(`The ${what} is one line`);
  return secret;
}
