import type pg from "pg";
import { badParameter } from "../errors.ts";
import { type Row, readBatches } from "./batches.ts";
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
  const query = boundQuery(report, section, state);
  if (section.kind !== "table") {
    const { rows } = await client.query<Row>(query.text, query.values);
    return { section, rows, total: undefined, rowCount: rows.length };
  }
  // One row more than the page shows, and the total before them, tell whether there are more.
  let first: Row[] = [];
  for await (first of readBatches(client, query, section.pageRows + 2)) break;
  const total = first.find(isTotal);
  const rows = first.filter((row: Row) => !isTotal(row));
  const isWhole = rows.length <= section.pageRows;
  return {
    section,
    rows: rows.slice(0, section.pageRows),
    total,
    rowCount: isWhole ? rows.length : await countRows(client, query),
  };
}

const isTotal = (row: Row): boolean => row.is_total === true;

function boundQuery(report: LoadedReport, section: Section, state: ReportState) {
  const query = report.queries.get(section.key);
  if (!query) throw new Error(`no query for section ${section.key}`);
  return bindQuery(query, state.bindings);
}

/** A section on its way out: its head first, then rows without total, to be read before the work returns. */
export interface Export {
  section: Section;
  state: ReportState;
  freshness: Freshness;
  /** Rows that will come, counted in the same snapshot. */
  rowCount: number;
  batches: AsyncIterable<Row[]>;
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
      const bound = boundQuery(report, section, state);
      const rowCount = await countRows(client, bound);
      const batches = withoutTotals(readBatches(client, bound));
      await write({ section, state, freshness, rowCount, batches });
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

async function* withoutTotals(batches: AsyncIterable<Row[]>): AsyncGenerator<Row[]> {
  for await (const batch of batches) yield batch.filter((row) => !isTotal(row));
}

async function countRows(
  client: pg.PoolClient,
  { text, values }: { text: string; values: unknown[] },
): Promise<number> {
  const rowsOnly = /\bis_total\b/.test(text) ? "WHERE NOT is_total" : "";
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) AS count FROM (\n${text}\n) AS result ${rowsOnly}`,
    values,
  );
  return Number(rows[0]?.count);
}
