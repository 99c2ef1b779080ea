import type pg from "pg";

/** What a set of views shows, told apart from what they showed before without reading them. */
export interface DataVersions {
  /** Equal texts: equal rows. Undefined when something behind the views is not counted. */
  text: string | undefined;
  /** The instant of the snapshot that the versions are of: what was committed before it is seen. */
  readAt: string;
  /** Materialized views without live layers among the sources, and the refresh that each is of. */
  marts: { mart: string; refreshedAt: string | null }[];
  /** Whether the views show anything else besides. */
  hasLiveRows: boolean;
}

interface Row {
  read_at: string;
  source: string | null;
  version: string | null;
  is_mart: boolean | null;
  refreshed_at: string | null;
}

/** The version of what these views of reporting show, in the snapshot of the open transaction. */
export async function readVersions(
  client: pg.PoolClient,
  views: readonly string[],
): Promise<DataVersions> {
  // The start of the transaction comes before its snapshot, so that nothing committed earlier is missing.
  const { rows } = await client.query<Row>(
    `SELECT now() AS read_at, behind.*
     FROM reporting.versions_behind($1) AS behind
     ORDER BY is_mart DESC, source`,
    [views],
  );
  const marts = rows.filter((row) => row.is_mart);
  return {
    text: textOf(rows),
    readAt: toIso((rows[0] as Row).read_at),
    marts: marts.map(({ source, refreshed_at }) => ({
      mart: source as string,
      refreshedAt: refreshed_at && toIso(refreshed_at),
    })),
    // Beside the marts, the last row is of the database itself.
    hasLiveRows: rows.length - marts.length > 1 || marts.length === 0,
  };
}

/** One text for the versions of sources, in their order; undefined when one of them is not counted. */
export const textOf = (
  rows: readonly { source: string | null; version: string | null }[],
): string | undefined =>
  rows.every(({ version }) => version !== null)
    ? JSON.stringify(rows.map(({ source, version }) => [source, version]))
    : undefined;

const VIEW = /\breporting\.([a-z_][a-z0-9_]*)/g;

/** The views that a query reads, by their names in it. A name in a comment counts too, which does no harm. */
export const viewsIn = (sql: string): string[] =>
  [...sql.matchAll(VIEW)].map(([, name]) => name as string);

/** `2026-11-21 10:42:00.5+00`, as sessions in UTC write it, becomes `2026-11-21T10:42:00.5Z`. */
export const toIso = (timestamptz: string): string =>
  timestamptz.replace(" ", "T").replace(/\+00(:00)?$/, "Z");
