import { type Column, isNumeric } from "../reports/column.ts";
import type { Export } from "../reports/export.ts";
import { endLines, type Progress } from "./lines.ts";
import { named, written } from "./written.ts";

export interface JsonOptions {
  /** Write numbers as strings, for clients that would round them. */
  numbersAsText?: boolean;
}

type Copied = Pick<Export, "copied"> & {
  section: { columns: readonly Pick<Column, "key" | "type">[] };
};

// No JSON has either of them, so that COPY finds nothing to quote.
const UNQUOTED = "FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01'";

/** A section as flat objects, one a line, with the same keys in each; numbers to the last digit, NaN and infinity as texts. */
export function copiedNdjson(
  data: Copied,
  progress: Progress,
  options: JsonOptions = {},
): AsyncGenerator<Buffer> {
  return endLines(objects(data, options), { end: "\n", quoted: false, progress });
}

/** The same as a bare array. */
export async function* copiedJson(
  data: Copied,
  progress: Progress,
  options: JsonOptions = {},
): AsyncGenerator<Buffer> {
  const lines = endLines(objects(data, options), {
    end: ",\n",
    between: true,
    quoted: false,
    progress,
  });
  let hasBegun = false;
  for await (const piece of lines) {
    yield hasBegun ? piece : Buffer.concat([Buffer.from("[\n"), piece]);
    hasBegun = true;
  }
  yield Buffer.from(hasBegun ? "\n]\n" : "[]\n");
}

function objects({ section, copied }: Copied, { numbersAsText = false }: JsonOptions) {
  const members = section.columns.map((column) => {
    const text = numbersAsText && isNumeric(column.type) ? "::text" : "";
    const value = column.type === "boolean" ? named(column) : written(column);
    return `${value}${text} AS ${named(column)}`;
  });
  return copied({
    // No column is called so.
    lines: (rows) => `SELECT row_to_json(_) FROM (SELECT ${members.join(", ")} FROM ${rows}) AS _`,
    options: UNQUOTED,
  });
}
