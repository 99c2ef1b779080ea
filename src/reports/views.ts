import type pg from "pg";
import type { Catalogue } from "./load.ts";
import { queriesOf, viewsRead } from "./page-version.ts";
import { choicesOf } from "./state.ts";

/** A view that BI tools read. */
export interface ReportingView {
  name: string;
  description: string;
  columns: { name: string; type: string; description: string }[];
}

/**
 * The views in reporting and the version of their contract. Those that are read by reports, but by none of the viewer's,
 * are left out, as these reports are.
 */
export async function readViews(
  client: pg.PoolClient,
  catalogue: Catalogue,
  everything: Catalogue,
): Promise<{ contractVersion: number; views: ReportingView[] }> {
  const own = new Set(viewsOf(catalogue));
  const hidden = viewsOf(everything).filter((view) => !own.has(view));
  const { rows } = await client.query<ReportingView>(
    `SELECT
       view_name AS name,
       contract_views.description,
       json_agg(
         json_build_object('name', column_name, 'type', data_type, 'description', contract_columns.description)
         ORDER BY column_position
       ) AS columns
     FROM reporting.contract_views
     JOIN reporting.contract_columns USING (view_name)
     WHERE view_name <> ALL ($1)
     GROUP BY view_name, contract_views.description
     ORDER BY view_name`,
    [hidden],
  );
  const contract = await client.query("SELECT contract_version FROM reporting.contract");
  return { contractVersion: contract.rows[0].contract_version, views: rows };
}

const viewsOf = (catalogue: Catalogue): string[] =>
  [...catalogue.values()].flatMap((report) =>
    viewsRead(
      report,
      queriesOf(report, report.sections, { isPage: true }),
      choicesOf(report),
      report.sections,
    ),
  );
