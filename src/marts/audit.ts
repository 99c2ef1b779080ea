import type pg from "pg";
import type { Queryable } from "../db/queryable.ts";
import { TidemarkError } from "../errors.ts";
import { recordAudit, recordAuditFailure } from "./audit-runs.ts";
import { cancelOnAbort } from "./cancel.ts";

const CANCELLED = "57014";
const NOT_FILLED = "55000";

export interface Audit {
  mart: string;
  /** Instant at which both sides were read. */
  snapshotAt: string;
  /** Rows of the definition. */
  rowCount: number;
  /** Rows that only the live mart or only its definition has: 0 is right. */
  drift: number;
}

/**
 * Compares a live mart with its definition at one instant, row by row, and records the result in ops.audits.
 * Readers and writers go on meanwhile; TRUNCATE of a table behind the mart, and DROP of a partition, wait.
 * @throws TidemarkError `audit_failed`, also in ops.audits
 */
export async function auditMart(pool: pg.Pool, mart: string, signal?: AbortSignal): Promise<Audit> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { now: startedAt, timeout } = await begin(client, mart);
    const stopListening = await cancelOnAbort(pool, client, signal);
    const audit = await compare(client, mart, timeout)
      .catch(async (error) => {
        const failure = explain(error, { mart, timeout, signal });
        await recordAuditFailure(pool, startedAt, { mart, message: failure.message });
        throw failure;
      })
      .finally(stopListening);
    await recordAudit(client, startedAt, audit);
    return audit;
  } catch (error) {
    // Whatever state the session is in, a new one is clean.
    broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function compare(client: pg.PoolClient, mart: string, timeout: number): Promise<Audit> {
  const tables = await tablesOf(client, mart);
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await client.query(`SET LOCAL statement_timeout = '${timeout}s'`);
  // Before the first query, which takes the snapshot: what TRUNCATE and DROP remove is gone for older snapshots too, so
  // that one side could miss what the other has read already.
  await client.query(`LOCK TABLE ${tables.join(", ")} IN ACCESS SHARE MODE`);
  const snapshot = await client.query(ENOUGH_MEMORY);
  const { rows } = await client.query("SELECT row_count, drift FROM mart.audit($1)", [mart]);
  await client.query("COMMIT");
  return {
    mart,
    snapshotAt: snapshot.rows[0].now,
    rowCount: Number(rows[0].row_count),
    drift: Number(rows[0].drift),
  };
}

/** Both sides are hashed together; a server that allows more is left alone. Gives the instant, too. */
const ENOUGH_MEMORY = `
  SELECT
    statement_timestamp() AS now,
    set_config(
      'work_mem',
      greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes('64MB')) / 1024 || 'kB',
      true
    )`;

/** The tables that the comparison reads, as SQL writes them; a partitioned one stands for its partitions. */
async function tablesOf(db: Queryable, mart: string): Promise<string[]> {
  const { rows } = await db.query<{ table: string }>(
    "SELECT source::text AS table FROM mart.live_marts, unnest(sources) AS source WHERE mart = $1",
    [mart],
  );
  return rows.map(({ table }) => table);
}

/** An audit reads what a refresh reads, and may take as long. */
const begin = async (db: Queryable, mart: string): Promise<{ now: string; timeout: number }> =>
  (
    await db.query(
      `SELECT
         clock_timestamp() AS now,
         coalesce((SELECT timeout_seconds FROM ops.refresh_schedule WHERE mart = $1), 600) AS timeout`,
      [mart],
    )
  ).rows[0];

function explain(
  error: Error & { code?: string },
  { mart, timeout, signal }: { mart: string; timeout: number; signal: AbortSignal | undefined },
) {
  const why = signal?.aborted
    ? "it was cancelled"
    : error.code === CANCELLED
      ? `it took longer than ${timeout} s (timeout_seconds in ops.refresh_schedule)`
      : error.code === NOT_FILLED
        ? "it was never filled; refresh it first"
        : error.message;
  return new TidemarkError("audit_failed", 500, `Mart ${mart} was not audited: ${why}`, {
    cause: error,
  });
}
