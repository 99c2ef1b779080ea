import type pg from "pg";
import { z } from "zod";
import type { Planned } from "./audience.ts";
import type { LoadedReport } from "./load.ts";

/** What the reads of a page are about. */
export interface Concern extends Pick<LoadedReport, "marts"> {
  /** The people whose rows every query asks for; undefined: it asks for all that the viewer may see. */
  owners: readonly string[] | undefined;
}

/**
 * The marts are read several times: what changed since they were folded is found out once. Where all that is to be read
 * belongs to a few people, their changed rows are recomputed once, too.
 * @returns points a query planned for the viewer at what was kept, where that is enough for it
 */
export async function keepChanges(
  client: pg.PoolClient,
  { marts, owners }: Concern,
): Promise<(planned: Planned) => Planned> {
  const { rows } = await client.query<{ views: string[] }>(
    "SELECT reporting.keep_changes($1, $2) AS views",
    [marts, owners],
  );
  const views = new Set(rows[0]?.views);
  if (views.size === 0) return (planned) => planned;
  return (planned) => (sql) =>
    planned(sql).replace(/\b(own|all)_rows\.(\w+)/g, (whole, whose, view) =>
      views.has(view) ? `${whose}_kept.${view}` : whole,
    );
}

const ids = z.array(z.guid());

/**
 * The people whom an address asks about: every query of a report with this parameter asks for their rows alone.
 * @returns undefined too where they are none that there could be; the parameter is checked later
 */
export const ownersIn = (
  { parameters, isAboutOne }: Pick<LoadedReport, "parameters" | "isAboutOne">,
  query: URLSearchParams,
): string[] | undefined => {
  const asked = query.getAll("owner").filter((value) => value !== "");
  // Who is held against others needs their rows, too.
  const isAsked = parameters.includes("owner") && !isAboutOne && asked.length > 0;
  return isAsked ? ids.safeParse(asked).data : undefined;
};
