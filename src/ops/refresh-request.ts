import type pg from "pg";
import { type Actor, recordEvent } from "../access/audit.ts";
import { inTransaction } from "../db/transaction.ts";
import { TidemarkError } from "../errors.ts";

/**
 * Asks the worker to refresh a mart at once; asked for already, that serves.
 * @throws TidemarkError `unknown_mart`, naming those that there are
 */
export const requestRefresh = (pool: pg.Pool, mart: string, actor: Actor): Promise<void> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ mart: string }>(
      "SELECT relname::text AS mart FROM pg_class WHERE relnamespace = 'mart'::regnamespace AND relkind = 'm' ORDER BY 1",
    );
    const allowed = rows.map((row) => row.mart);
    if (!allowed.includes(mart))
      throw new TidemarkError("unknown_mart", 404, `There is no mart "${mart}".`, { allowed });
    await client.query(
      "INSERT INTO ops.refresh_requests (mart) VALUES ($1) ON CONFLICT (mart) DO NOTHING",
      [mart],
    );
    await recordEvent(client, { kind: "refresh_requested", actor, subject: mart });
  });
