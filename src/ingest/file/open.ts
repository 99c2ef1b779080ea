import { access, constants } from "node:fs/promises";
import { resolve } from "node:path";
import { badMapping } from "../../errors.ts";
import { listed, Refusal } from "../convert/refusal.ts";
import type { FileFormat } from "../mapping/schema.ts";
import { type Batch, readCsv } from "./csv.ts";
import { readNdjson } from "./ndjson.ts";

/** A data file whose columns are known. */
export interface DataFile {
  path: string;
  header: string[];
  /** Records after the header. */
  batches(): AsyncGenerator<Batch>;
}

/**
 * Opens a file far enough to know its columns.
 * @param where place in the mapping, for messages
 * @param used columns that the mapping names; an NDJSON file has these
 * @throws TidemarkError `bad_mapping`: the file is missing, empty, or lacks a column
 */
export async function openFile(
  format: FileFormat,
  dataDir: string,
  where: string,
  used: readonly string[],
): Promise<DataFile> {
  const path = resolve(dataDir, format.path);
  await access(path, constants.R_OK).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? "there is no file" : "cannot read";
    throw badMapping(`${where}.file`, `${why} ${path}`);
  });
  if (isNdjson(format)) {
    const header = [...used];
    return { path, header, batches: () => readNdjson(path, format, header) };
  }
  const header = await readHeader(path, format, where);
  requireColumns(header, used, where, format.path);
  return { path, header, batches: () => skipHeader(path, format, header.length) };
}

export const isNdjson = (format: FileFormat) =>
  (format.format ?? (/\.(ndjson|jsonl)$/i.test(format.path) ? "ndjson" : "csv")) === "ndjson";

async function readHeader(path: string, format: FileFormat, where: string): Promise<string[]> {
  for await (const { rows } of readCsv(path, format)) {
    const [first] = rows;
    if (first === undefined) continue;
    if (first instanceof Refusal) {
      throw badMapping(`${where}.file`, `the first record of ${path} ${first.reason}`);
    }
    return format.header
      ? first.map((name) => name.trim())
      : first.map((_value, index) => String(index + 1));
  }
  throw badMapping(`${where}.file`, `${path} is empty: not even a header`);
}

function requireColumns(
  header: readonly string[],
  used: readonly string[],
  where: string,
  file: string,
) {
  for (const name of used) {
    const times = header.filter((column) => column === name).length;
    if (times === 1) continue;
    const why = times === 0 ? "has no column" : "has more than one column";
    throw badMapping(where, `${file} ${why} "${name}"; its columns: ${listed(header)}`, header);
  }
}

async function* skipHeader(path: string, format: FileFormat, width: number): AsyncGenerator<Batch> {
  let skipped = !format.header;
  for await (const batch of readCsv(path, format, width)) {
    if (!skipped) {
      batch.lines.shift();
      batch.rows.shift();
      skipped = true;
    }
    batch.rows = batch.rows.map((row) =>
      row instanceof Refusal || row.length === width ? row : new Refusal(wrongWidth(row, width)),
    );
    yield batch;
  }
}

const wrongWidth = (row: readonly string[], width: number) =>
  `has ${row.length} ${row.length === 1 ? "value" : "values"} where the header has ${width} columns`;
