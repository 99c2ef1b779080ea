import { parse } from "csv-parse/sync";
import { Refusal } from "../convert/refusal.ts";
import type { FileFormat } from "../mapping/schema.ts";
import { frameRecords, type RecordText } from "./records.ts";

/** Records of a file with the number of the line on which each begins; what cannot be read is a refusal. */
export interface Batch {
  lines: number[];
  rows: (string[] | Refusal)[];
}

/**
 * Streams the records of a CSV file, the header among them.
 * @param width how many values a record has, where that is known
 */
export async function* readCsv(
  path: string,
  format: FileFormat,
  width?: number,
): AsyncGenerator<Batch> {
  const parseAll = parser(format);
  const isWhole = (text: string) => {
    const [row] = parseTogether([text], parseAll);
    return Array.isArray(row) && (width === undefined || row.length === width);
  };
  for await (const records of frameRecords(path, format, isWhole)) {
    yield {
      lines: records.map((record) => record.line),
      rows: parseRecords(records, format, parseAll),
    };
  }
}

type Parse = (text: string) => string[][];

const parser = (format: FileFormat): Parse => {
  const options = {
    delimiter: format.delimiter,
    quote: format.quote,
    escape: format.escape ?? format.quote ?? undefined,
    relax_column_count: true,
    record_delimiter: ["\r\n", "\n"],
  };
  return (text) => parse(text, options) as string[][];
};

/** Lines without a quote are split on the spot; the others go through the parser, many at a time. */
function parseRecords(records: readonly RecordText[], format: FileFormat, parseAll: Parse) {
  const quoted = records.filter((record) => record.hasQuotes && !record.isBroken);
  const parsed = parseTogether(
    quoted.map((record) => record.text),
    parseAll,
  );
  let next = 0;
  return records.map((record) => {
    if (record.isBroken) return new Refusal("a quote opens here and is never closed");
    if (!record.hasQuotes) return record.text.split(format.delimiter);
    return parsed[next++] ?? new Refusal("could not be read");
  });
}

function parseTogether(texts: readonly string[], parseAll: Parse): (string[] | Refusal)[] {
  if (texts.length === 0) return [];
  try {
    const rows = parseAll(texts.join("\n"));
    if (rows.length === texts.length) return rows;
  } catch {
    // One of them is at fault: each alone, then.
  }
  return texts.map((text) => {
    try {
      return parseAll(text)[0] ?? [];
    } catch (error) {
      return new Refusal(explain(error));
    }
  });
}

function explain(error: unknown): string {
  const { code } = error as { code?: string };
  return code === "CSV_INVALID_CLOSING_QUOTE"
    ? "a quoted value goes on after its closing quote"
    : "a quote stands in the middle of a value that does not begin with one";
}
