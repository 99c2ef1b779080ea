import type { Progress } from "../db/copied-rows.ts";
import { type Column, isNumeric } from "../reports/column.ts";
import type { CopyForm, Export } from "../reports/export.ts";
import { named, writtenInJson } from "./written.ts";

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
  return data.copied({ ...objects(data, options), end: "\n" }, progress);
}

/** The same as a bare array. */
export async function* copiedJson(
  data: Copied,
  progress: Progress,
  options: JsonOptions = {},
): AsyncGenerator<Buffer> {
  const form: CopyForm = { ...objects(data, options), end: ",\n", between: true };
  let hasBegun = false;
  for await (const piece of data.copied(form, progress)) {
    yield hasBegun ? piece : Buffer.concat([Buffer.from("[\n"), piece]);
    hasBegun = true;
  }
  yield Buffer.from(hasBegun ? "\n]\n" : "[]\n");
}

function objects({ section }: Copied, { numbersAsText = false }: JsonOptions) {
  const members = section.columns.map((column) => {
    const text = numbersAsText && isNumeric(column.type) ? "::text" : "";
    return `${writtenInJson(column)}${text} AS ${named(column)}`;
  });
  return {
    // No column is called so.
    lines: (rows: string) =>
      `SELECT row_to_json(_) FROM (SELECT ${members.join(", ")} FROM ${rows}) AS _`,
    options: UNQUOTED,
  };
}
