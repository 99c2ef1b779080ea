import { createReadStream } from "node:fs";
import { badFile } from "../../errors.ts";
import type { FileFormat } from "../mapping/schema.ts";

/** A quarter of a MiB at a time: few enough turns of the event loop, little memory. */
const CHUNK = 1 << 18;

/** What has no line ends is not read into memory whole. */
const LONGEST_LINE = 1 << 26;

/**
 * Streams a file's physical lines, a chunk of them at a time, without the line feed (a carriage return stays).
 * Bytes that are not of the encoding come out as U+FFFD; a byte order mark is left out.
 */
export async function* readLines(
  path: string,
  encoding: FileFormat["encoding"],
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder(encoding);
  let rest = "";
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE)
      throw badFile(path, "has a line of more than 64 MB: is it text?");
    if (lines.length > 0) yield lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield [rest];
}
