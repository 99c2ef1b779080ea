import { createHash } from "node:crypto";
import type { Queryable } from "../db/queryable.ts";
import { ANNOTATIONS_VIEW, isOverTime } from "./annotations.ts";
import { type ChoiceName, sourceOfOptions } from "./choices.ts";
import { CUSTOM_FIELDS_VIEW } from "./custom-field.ts";
import type { Day } from "./day.ts";
import type { LoadedReport } from "./load.ts";
import type { Query } from "./query.ts";
import type { Section } from "./section.ts";
import { choicesOf } from "./state.ts";
import { textOf, viewsIn } from "./versions.ts";

/** The queries of these sections; of a page, those of totals too. */
export const queriesOf = (
  { queries, totals }: LoadedReport,
  sections: readonly Section[],
  { isPage }: { isPage: boolean },
): Query[] =>
  sections.flatMap(({ key }) =>
    [queries.get(key), isPage ? totals.get(key) : undefined].filter((one) => one !== undefined),
  );

/** The views that these queries of a report read, the options of these parameters, and a page that shows these sections. */
export function viewsRead(
  { records, customFields }: LoadedReport,
  queries: readonly Query[],
  options: readonly ChoiceName[],
  shown: readonly Section[],
): string[] {
  const sql = [
    ...queries.flatMap(({ pieces }) => pieces),
    ...options.map((name) => sourceOfOptions(name, records)),
  ];
  if (customFields) sql.push(CUSTOM_FIELDS_VIEW);
  if (shown.some(isOverTime)) sql.push(ANNOTATIONS_VIEW);
  return [...new Set(sql.flatMap(viewsIn))];
}

/**
 * What decides the rows of a page, whoever looks at it: the versions of the data, and the day that periods are counted
 * from. It tells nothing but whether it is the same.
 */
export const pageVersion = (versions: string, today: Day): string =>
  createHash("sha256").update(`${today} ${versions}`).digest("base64url").slice(0, 27);

interface Row {
  slug: string;
  source: string | null;
  version: string | null;
}

/**
 * The version of each of these reports' pages by slug, in one query. A page is to be read again when its own is another
 * one; undefined where something behind it is not counted.
 */
export async function readPageVersions(
  db: Queryable,
  reports: Iterable<LoadedReport>,
  today: Day,
): Promise<Map<string, string | undefined>> {
  const views = Object.fromEntries(
    [...reports].map((report) => {
      const queries = queriesOf(report, report.sections, { isPage: true });
      return [report.slug, viewsRead(report, queries, choicesOf(report), report.sections)];
    }),
  );
  const { rows } = await db.query<Row>(
    `SELECT pages.key AS slug, behind.source, behind.version
     FROM jsonb_each($1) AS pages
     CROSS JOIN LATERAL reporting.versions_behind(
       ARRAY(SELECT jsonb_array_elements_text(pages.value))
     ) AS behind
     ORDER BY behind.is_mart DESC, behind.source`,
    [JSON.stringify(views)],
  );
  return new Map(
    [...Map.groupBy(rows, ({ slug }) => slug)].map(([slug, own]) => {
      const text = textOf(own);
      return [slug, text === undefined ? undefined : pageVersion(text, today)];
    }),
  );
}
