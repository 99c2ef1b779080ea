import type { Readable } from "node:stream";
import type pg from "pg";
import QueryStream from "pg-query-stream";
import { badParameter } from "../errors.ts";
import { dayIn } from "./day.ts";
import { type Freshness, readFreshness } from "./freshness.ts";
import type { LoadedReport } from "./load.ts";
import { bindQuery } from "./query.ts";
import type { Section } from "./section.ts";
import { readSnapshot } from "./snapshot.ts";
import { type ReportState, resolveState } from "./state.ts";

/** What reading reports needs from the outside. */
export interface ReportSource {
  pool: pg.Pool;
  /** The business time zone. */
  timeZone: string;
  /** The currency that reports open with. */
  currency: string;
  now: () => Date;
}

/** A row as PostgreSQL sent it: exact types are text. */
export type Row = Record<string, unknown>;

export interface SectionData {
  section: Section;
  rows: Row[];
  /** The row that the query marked `is_total`; such a query sends it first. */
  total: Row | undefined;
  /** All rows, of which `rows` may be the first. */
  rowCount: number;
}

export interface PageData {
  report: LoadedReport;
  state: ReportState;
  freshness: Freshness;
  sections: SectionData[];
}

/** Reads everything that a page shows, in one snapshot. */
export function readPage(
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  signal?: AbortSignal,
): Promise<PageData> {
  return readSnapshot(
    source.pool,
    async (client) => {
      const state = await stateOf(source, report, query, client, true);
      const sections: SectionData[] = [];
      for (const section of report.sections)
        sections.push(await readSection(client, report, section, state));
      return { report, state, sections, freshness: await readFreshness(client, report.marts) };
    },
    signal,
  );
}

/** The shortest query string that says the same as this one; empty for the defaults. */
export const canonicalQuery = (
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  signal?: AbortSignal,
): Promise<string> =>
  readSnapshot(
    source.pool,
    async (client) => String((await stateOf(source, report, query, client, false)).canonical),
    signal,
  );

const stateOf = (
  { timeZone, currency, now }: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  client: pg.PoolClient,
  withOptions: boolean,
) => resolveState(report, query, { client, currency, withOptions, today: dayIn(now(), timeZone) });

async function readSection(
  client: pg.PoolClient,
  report: LoadedReport,
  section: Section,
  state: ReportState,
): Promise<SectionData> {
  const most = section.kind === "table" ? section.pageRows : Number.POSITIVE_INFINITY;
  const rows: Row[] = [];
  let total: Row | undefined;
  for await (const row of stream(client, report, section, state)) {
    if (row.is_total === true) total = row;
    else if (rows.push(row) > most) break;
  }
  if (rows.length <= most) return { section, rows, total, rowCount: rows.length };
  rows.pop();
  return { section, rows, total, rowCount: await countRows(client, report, section, state) };
}

function stream(
  client: pg.PoolClient,
  report: LoadedReport,
  section: Section,
  state: ReportState,
): QueryStream & AsyncIterable<Row> {
  const query = report.queries.get(section.key);
  if (!query) throw new Error(`no query for section ${section.key}`);
  const { text, values } = bindQuery(query, state.bindings);
  return client.query(new QueryStream(text, values, { batchSize: 500 }));
}

/** A section on its way out: its head first, then rows that must be read before the work returns. */
export interface Export {
  section: Section;
  state: ReportState;
  freshness: Freshness;
  /** Rows that will come, counted in the same snapshot. */
  rowCount: number;
  rows: Readable & AsyncIterable<Row>;
}

/**
 * Streams one section in constant memory; `write` is done when every row has left.
 * @param key the section; the main table when undefined
 * @throws TidemarkError `bad_parameter` for an unknown section or parameter
 */
export async function exportSection(
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  key: string | undefined,
  write: (data: Export) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const section = findSection(report, key);
  return readSnapshot(
    source.pool,
    async (client) => {
      const state = await stateOf(source, report, query, client, false);
      const freshness = await readFreshness(client, report.marts);
      const rowCount = await countRows(client, report, section, state);
      const rows = stream(client, report, section, state);
      await write({ section, state, freshness, rowCount, rows });
    },
    signal,
  );
}

function findSection(report: LoadedReport, key: string | undefined): Section {
  const section = report.sections.find((one) =>
    key === undefined ? one.kind === "table" && one.main : one.key === key,
  );
  if (section) return section;
  const keys = report.sections.map((one) => one.key);
  throw badParameter("section", `section: ${report.slug} has no "${key}"`, keys);
}

async function countRows(
  client: pg.PoolClient,
  report: LoadedReport,
  section: Section,
  state: ReportState,
): Promise<number> {
  const query = report.queries.get(section.key);
  if (!query) throw new Error(`no query for section ${section.key}`);
  const { text, values } = bindQuery(query, state.bindings);
  const rowsOnly = /\bis_total\b/.test(text) ? "WHERE NOT is_total" : "";
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) AS count FROM (\n${text}\n) AS result ${rowsOnly}`,
    values,
  );
  return Number(rows[0]?.count);
}
