import type pg from "pg";
import { type AskedDays, resolveDays } from "./asked-days.ts";
import { dayIn } from "./day.ts";
import { type Freshness, readFreshness } from "./freshness.ts";
import type { LoadedReport } from "./load.ts";
import { pageVersion, queriesOf, viewsRead } from "./page-version.ts";
import { queryWith } from "./query.ts";
import type { Section } from "./section.ts";
import type { ReportSource } from "./source.ts";
import { choicesToRead } from "./state.ts";
import { tagOf } from "./tag.ts";
import { readVersions } from "./versions.ts";

/** What can be said of an answer before its rows are read. */
export interface Head {
  /** ETag: the same while nothing that decides the answer changes; undefined where that cannot be told. */
  tag: string | undefined;
  /** As `readPageVersions` tells it of the whole page; undefined where that cannot be told. */
  version: string | undefined;
  freshness: Freshness;
  days: AskedDays;
}

export interface Asked {
  report: LoadedReport;
  query: URLSearchParams;
  /** What the answer shows of the report. */
  sections: readonly Section[];
  /** Its form, such as the format. A page shows more than rows: filters, words about days and freshness. */
  form: readonly (string | undefined)[];
  isPage: boolean;
}

/** Reads the version of everything that decides an answer, in the snapshot that its rows are to be read in. */
export async function readHead(
  client: pg.PoolClient,
  source: ReportSource,
  { report, query, sections, form, isPage }: Asked,
): Promise<Head> {
  const { currency, timeZone, edition } = source;
  const today = dayIn(source.now(), timeZone);
  const days = await resolveDays(report, query, { client, today });
  const queries = queriesOf(report, sections, { isPage });
  const options = choicesToRead(report, query, { currency, withOptions: isPage });
  const shown = isPage ? sections : [];
  const views = viewsRead(report, queries, options, shown);
  const versions = await readVersions(client, views);
  // What parts that are not asked for would read makes no answer older.
  const needed = queries.map((one) => queryWith(one, (name) => Boolean(query.get(name))));
  const viewsNeeded = viewsRead(report, needed, options, shown);
  const freshness = await readFreshness(
    client,
    viewsNeeded.length < views.length ? await readVersions(client, viewsNeeded) : versions,
  );
  if (versions.text === undefined) return { tag: undefined, version: undefined, freshness, days };
  const [{ scope }] = (await client.query("SELECT reporting.scope() AS scope")).rows;

  const used = new Set(queries.flatMap(({ names }) => names));
  const bound = Object.entries(days.bindings).filter(([name]) => used.has(name));
  const { period, compare, comparison } = days;
  // "As of 10:42" becomes "as of 20 Nov, 10:42" at midnight; a live page says nothing that time alone would change.
  const asOf = freshness.marts.length > 0 ? [freshness.marts, today] : [];
  const rest = new URLSearchParams(query);
  rest.delete("period");
  rest.delete("compare");
  const tag = tagOf({
    edition,
    scope,
    slug: report.slug,
    form,
    query: rest,
    days: bound,
    circumstances: [timeZone, currency, isPage && { period, compare, comparison, asOf }],
    versions: versions.text,
  });
  return { tag, version: pageVersion(versions.text, today), freshness, days };
}
