import type pg from "pg";
import type { DataVersions } from "./versions.ts";

/** A part of an answer that is as of its last refresh. */
export interface AsOfMart {
  mart: string;
  /** What was committed before this instant is in it; null before the first refresh. */
  asOf: string | null;
  /** When it is refreshed; null: after a mart that it reads, or by hand. */
  cron: string | null;
  /** Whether its last refresh failed. */
  isFailing: boolean;
}

export interface Freshness {
  /** What was committed before this instant is in the answer: its snapshot's, or the oldest part's. */
  asOf: string;
  /** Whether rows are as of the snapshot; false where all are as of a refresh. */
  isLive: boolean;
  /** The parts that are not live, oldest first. */
  marts: AsOfMart[];
}

interface Row {
  mart: string;
  cron: string | null;
  last_status: string | null;
}

/** How fresh an answer from these versions is, in their snapshot. */
export async function readFreshness(
  client: pg.PoolClient,
  { marts, readAt, hasLiveRows }: DataVersions,
): Promise<Freshness> {
  if (marts.length === 0) return { asOf: readAt, isLive: true, marts: [] };
  const { rows } = await client.query<Row>(
    "SELECT mart, cron, last_status FROM reporting.mart_freshness WHERE mart = ANY ($1)",
    [marts.map(({ mart }) => mart)],
  );
  const parts = marts.map(({ mart, refreshedAt }): AsOfMart => {
    const row = rows.find((one) => one.mart === mart);
    return {
      mart,
      asOf: refreshedAt,
      cron: row?.cron ?? null,
      isFailing: row?.last_status === "failed",
    };
  });
  parts.sort((a, b) => instant(a) - instant(b));
  return { asOf: parts[0]?.asOf ?? readAt, isLive: hasLiveRows, marts: parts };
}

const instant = ({ asOf }: AsOfMart): number => (asOf ? Date.parse(asOf) : 0);
