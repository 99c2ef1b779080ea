import type pg from "pg";

export interface Freshness {
  /** The oldest refresh among the marts, as an ISO instant; null when one of them was never filled. */
  asOf: string | null;
  /** Cron expressions of the marts' refreshes, each once. */
  schedules: string[];
  /** Marts whose last refresh failed. */
  failing: string[];
}

interface Row {
  refreshed_at: string | null;
  last_status: string | null;
  cron: string | null;
  mart: string;
}

/** How fresh the marts are that a report reads, in the same snapshot as its rows. */
export async function readFreshness(
  client: pg.PoolClient,
  marts: readonly string[],
): Promise<Freshness> {
  const { rows } = await client.query<Row>(
    `SELECT names.mart, fresh.refreshed_at, fresh.last_status, fresh.cron
     FROM unnest($1::text[]) AS names (mart)
     LEFT JOIN reporting.mart_freshness AS fresh ON fresh.mart = names.mart
     ORDER BY fresh.refreshed_at NULLS FIRST`,
    [marts],
  );
  const oldest = rows[0]?.refreshed_at ?? null;
  return {
    asOf: oldest && toIso(oldest),
    schedules: [...new Set(rows.flatMap((row) => row.cron ?? []))],
    failing: rows.filter((row) => row.last_status === "failed").map((row) => row.mart),
  };
}

/** `2026-11-21 10:42:00.5+00`, as sessions in UTC write it, becomes `2026-11-21T10:42:00.5Z`. */
export const toIso = (timestamptz: string): string =>
  timestamptz.replace(" ", "T").replace(/\+00(:00)?$/, "Z");
