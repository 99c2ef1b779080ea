import type { FileFormat } from "../mapping/schema.ts";
import { readLines } from "./lines.ts";

/** A stretch of a file that holds one record, or `broken`: a line whose quote is never closed. */
export interface RecordText {
  /** Number of its first line in the file, from 1. */
  line: number;
  text: string;
  hasQuotes: boolean;
  isBroken: boolean;
}

/** A quote that is not closed within so much text is taken for a slip, and not for the start of a long value. */
const LONGEST_RECORD = 1 << 20;

/**
 * Frames a CSV file into records: lines, joined while a quoted value runs on.
 * A stray quote costs its own line only: reading goes on at the next one.
 * @param isWhole whether several lines taken together make a proper record
 */
export async function* frameRecords(
  path: string,
  { encoding, quote, escape: escapedBy, skip_lines: skip }: FileFormat,
  isWhole: (text: string) => boolean,
): AsyncGenerator<RecordText[]> {
  let line = 0;
  /** Lines of a value that is still open; the first of them is `line - open.length + 1`. */
  let open: string[] = [];
  let openLength = 0;

  const isOdd = (text: string) => quote !== null && countQuotes(text, quote, escapedBy) % 2 === 1;
  const record = (first: number, text: string, isBroken = false): RecordText => ({
    line: first,
    text: withoutReturn(text),
    hasQuotes: quote !== null && text.includes(quote),
    isBroken,
  });

  function* take(text: string): Generator<RecordText> {
    line += 1;
    if (line <= skip) return;
    if (open.length === 0 && (text === "" || text === "\r")) return;
    if (open.length === 0 && !isOdd(text)) {
      yield record(line, text);
      return;
    }
    open.push(text);
    openLength += text.length + 1;
    const closes = open.length > 1 && isOdd(text);
    const whole = closes ? record(line - open.length + 1, open.join("\n")) : undefined;
    if (whole && isWhole(whole.text)) {
      yield whole;
      open = [];
      openLength = 0;
    } else if (closes || openLength > LONGEST_RECORD) yield* giveUp();
  }

  /** The first open line is broken; those after it are read afresh. */
  function* giveUp(): Generator<RecordText> {
    const [first = "", ...others] = open;
    line -= open.length;
    open = [];
    openLength = 0;
    line += 1;
    yield record(line, first, true);
    for (const other of others) yield* take(other);
  }

  for await (const lines of readLines(path, encoding)) {
    const records: RecordText[] = [];
    for (const text of lines) records.push(...take(text));
    if (records.length > 0) yield records;
  }
  while (open.length > 0) yield [...giveUp()];
}

function countQuotes(text: string, quote: string, escapedBy = quote): number {
  let count = 0;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (escapedBy === quote || text[at - 1] !== escapedBy) count += 1;
  }
  return count;
}

const withoutReturn = (text: string) => (text.endsWith("\r") ? text.slice(0, -1) : text);
