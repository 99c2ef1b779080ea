import type pg from "pg";
import { writtenTypes } from "../db/pool.ts";

/** A row as PostgreSQL sent it: exact types are text. */
export type Row = Record<string, unknown>;

/**
 * Reads a query through a cursor of the open transaction, so that however many rows come, few are held.
 * Each batch is a statement of its own: the time limit holds the server to it, and not a slow reader.
 */
export async function* readBatches(
  client: pg.PoolClient,
  { text, values }: { text: string; values: unknown[] },
  size = 1000,
): AsyncGenerator<Row[]> {
  // All rows will be wanted: without this, PostgreSQL plans a cursor for the first tenth.
  await client.query("SET LOCAL cursor_tuple_fraction = 1");
  await client.query(`DECLARE report_rows NO SCROLL CURSOR FOR ${text}`, values);
  try {
    for (;;) {
      const { rows } = await client.query<Row>({
        text: `FETCH ${size} FROM report_rows`,
        types: writtenTypes,
      });
      if (rows.length > 0) yield rows;
      if (rows.length < size) return;
    }
  } finally {
    // After a failure the transaction is over, and the cursor with it.
    await client.query("CLOSE report_rows").catch(() => {});
  }
}
