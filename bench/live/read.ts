import type pg from "pg";
import { EVERYTHING } from "../../src/db/transaction.ts";
import { readSnapshot } from "../../src/reports/snapshot.ts";
import type { Bench } from "./bench.ts";
import { alternate, median, quantile, type Rounds, time } from "./clock.ts";
import type { Query, SectionQuery } from "./section-query.ts";

export interface Compared {
  live: number;
  bare: number;
  /** Of the medians. */
  ratio: number;
  liveP99: number;
  bareP99: number;
  rounds: number;
}

type Reader = (client: pg.PoolClient, query: Query) => Promise<number>;

/** Milliseconds until all rows of a query are here. */
export const fetched: Reader = (client, { text, values }) => time(() => client.query(text, values));

/** Milliseconds in which the server plans a query and computes all its rows, without sending millions of them. */
export const computed: Reader = async (client, { text, values }) => {
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) ${text}`,
    values,
  );
  const [plan] = rows[0]["QUERY PLAN"];
  return plan["Planning Time"] + plan["Execution Time"];
};

/** One read as a page reads: as the reader role, in a snapshot of its own, which is not in the time. */
export const read = (pool: pg.Pool, query: Query, how: Reader = fetched): Promise<number> =>
  readSnapshot({ pool, viewer: EVERYTHING }, async (client) => {
    await client.query("SET LOCAL statement_timeout = 0");
    return how(client, query);
  });

/** The live side of a query against its bare side, in turn. */
export async function compare(
  { reader }: Pick<Bench, "reader">,
  query: Pick<SectionQuery, "live" | "bare">,
  rounds: Rounds,
  how: Reader = fetched,
): Promise<Compared> {
  const { a, b } = await alternate(
    () => read(reader, query.live, how),
    () => read(reader, query.bare, how),
    rounds,
  );
  return {
    live: median(a),
    bare: median(b),
    ratio: median(a) / median(b),
    liveP99: quantile(a, 0.99),
    bareP99: quantile(b, 0.99),
    rounds: a.length,
  };
}
