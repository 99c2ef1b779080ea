import pg from "pg";

/** Type OIDs that node-postgres would turn into lossy JavaScript values. */
const KEEP_AS_TEXT = new Set([
  20, // int8
  1082, // date: a plain calendar day, never shifted by a time zone
  1114, // timestamp
  1184, // timestamptz: keeps microseconds
  1231, // numeric[]
  1700, // numeric: money is exact
]);

/** Parsers for one pool, never global: exact types stay the text that PostgreSQL sent. */
export const exactTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    KEEP_AS_TEXT.has(oid)
      ? (value: string) => value
      : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

/** float4 and float8, which JavaScript writes in another way than PostgreSQL does. */
const FLOATS = new Set([700, 701]);

/** Parsers for rows of reports: every number but a small integer stays the text that PostgreSQL sent. */
export const writtenTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    FLOATS.has(oid)
      ? (value: string) => value
      : exactTypes.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

export interface PoolOptions {
  /** Shown in pg_stat_activity. */
  name: string;
  max?: number;
  /** A query without an answer for so long has failed; left out: it is waited for. */
  patienceMs?: number;
  /** A session that nobody needed for so long is closed, and forgets the plans that it had made; 10 seconds when left out. */
  idleMs?: number;
}

/** A pool whose sessions speak UTC and ISO dates, and whose exact types arrive as text. */
export function createPool(
  connectionString: string,
  { name, max = 10, patienceMs, idleMs = 10_000 }: PoolOptions,
): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name: `tidemark ${name}`,
    types: exactTypes,
    query_timeout: patienceMs,
    idleTimeoutMillis: idleMs,
    options: "-c timezone=UTC -c datestyle=ISO -c client_connection_check_interval=2000",
    connectionTimeoutMillis: 10_000,
  });
  // An idle session that dies is replaced at the next use; the query that follows reports real trouble.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}
