import type pg from "pg";

/** Points a query at the views that are planned for whoever asks. */
export type Planned = (sql: string) => string;

export interface Audience {
  planned: Planned;
  /** Whether they see all rows of the topic: sums of all are for them. */
  seesAll: boolean;
}

/**
 * Asks for whom a page is to be planned: somebody who sees all rows of its topic, or some people's. Which rows they see
 * the database decides by itself, whatever views are asked.
 * @param topic permission that the report needs
 */
export async function readAudience(client: pg.PoolClient, topic: string): Promise<Audience> {
  const { rows } = await client.query<{ rows: "own" | "all"; page_views: string[] }>(
    "SELECT rows, page_views FROM reporting.audience($1)",
    [topic],
  );
  const [audience] = rows as [{ rows: string; page_views: string[] }];
  const views = new Set(audience.page_views);
  return {
    seesAll: audience.rows === "all",
    planned: (sql) =>
      sql.replace(/\breporting\.(\w+)/g, (whole, view) =>
        views.has(view) ? `${audience.rows}_rows.${view}` : whole,
      ),
  };
}
