import type pg from "pg";
import { inTransaction } from "../db/transaction.ts";

/**
 * Passes on what somebody asked to have refreshed at once. A request is only forgotten when it has been passed on.
 * @returns the marts
 */
export const takeRequests = (
  pool: pg.Pool,
  pass: (mart: string) => Promise<unknown>,
): Promise<string[]> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ mart: string }>(
      "DELETE FROM ops.refresh_requests RETURNING mart",
    );
    for (const { mart } of rows) await pass(mart);
    return rows.map(({ mart }) => mart);
  });
