import { Refusal } from "../convert/refusal.ts";
import type { FileFormat } from "../mapping/schema.ts";
import type { Batch } from "./csv.ts";
import { readLines } from "./lines.ts";

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** Streams an NDJSON file: one object per line, its values in the order of `columns`. */
export async function* readNdjson(
  path: string,
  { encoding, skip_lines: skip }: FileFormat,
  columns: readonly string[],
): AsyncGenerator<Batch> {
  let line = 0;
  for await (const texts of readLines(path, encoding)) {
    const batch: Batch = { lines: [], rows: [] };
    for (const text of texts) {
      line += 1;
      if (line <= skip || text.trim() === "") continue;
      batch.lines.push(line);
      batch.rows.push(toRow(text, columns));
    }
    yield batch;
  }
}

function toRow(text: string, columns: readonly string[]): string[] | Refusal {
  let object: unknown;
  try {
    object = JSON.parse(text, exactNumbers as (key: string, value: unknown) => unknown);
  } catch {
    return new Refusal("is not JSON");
  }
  if (typeof object !== "object" || object === null || Array.isArray(object)) {
    return new Refusal("is not a JSON object");
  }
  return columns.map((column) => toText((object as Record<string, unknown>)[column]));
}

/** Keeps numbers as they are written: 12345678901234567.89 has no exact JavaScript number. */
const exactNumbers: Reviver = (_key, value, context) =>
  typeof value === "number" && context.source !== undefined
    ? new ExactNumber(context.source)
    : value;

class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON() {
    return Number(this.text);
  }
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof ExactNumber) return value.text;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
