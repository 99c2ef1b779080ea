import { finished } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";

/** "PGCOPY", bytes that a transfer as text would damage, no flags, no more header. */
const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const END = int16(-1);

/**
 * Writes rows by COPY in its binary format, which no log of the server shows: a statement's parameters are logged with it
 * where an administrator asks for that (log_min_duration_statement, auto_explain), and the lines of a COPY in text where
 * it fails.
 * @param table with its columns, as SQL
 * @param rows for columns of type text (in a database of encoding UTF8, or ASCII only) and bytea
 */
export async function copyBinary(
  client: pg.ClientBase,
  table: string,
  rows: readonly (readonly (string | Buffer)[])[],
) {
  const copy = client.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT binary)`));
  copy.end(Buffer.concat([HEADER, ...rows.flatMap(tuple), END]));
  await finished(copy);
}

const tuple = (values: readonly (string | Buffer)[]) => [
  int16(values.length),
  ...values.flatMap((value) => {
    const bytes = Buffer.from(value as string);
    return [int32(bytes.length), bytes];
  }),
];

function int16(value: number) {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number) {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
