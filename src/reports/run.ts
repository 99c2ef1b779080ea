import type pg from "pg";
import { badParameter } from "../errors.ts";
import { type Planned, readAudience } from "./audience.ts";
import { type Row, readBatches } from "./batches.ts";
import { dayIn } from "./day.ts";
import type { Freshness } from "./freshness.ts";
import { readHead } from "./head.ts";
import type { LoadedReport } from "./load.ts";
import { bindQuery } from "./query.ts";
import type { Section } from "./section.ts";
import { readSnapshot } from "./snapshot.ts";
import type { ReportSource } from "./source.ts";
import { type ReportState, resolveState, type StateContext } from "./state.ts";

/** The answers that a client says it has, by their ETags. */
export interface Known {
  has(tag: string): boolean;
  /** `*`: whatever there is. */
  anything: boolean;
}

const NOTHING: Known = { has: () => false, anything: false };

/** The client has the answer already, and the same one would come out again. */
export interface Unchanged {
  unchanged: true;
  tag: string;
  freshness: Freshness;
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
  unchanged: false;
  tag: string | undefined;
  report: LoadedReport;
  state: ReportState;
  freshness: Freshness;
  sections: SectionData[];
}

/** Reads everything that a page shows, in one snapshot; or finds, without reading it, that the client has it already. */
export function readPage(
  source: ReportSource,
  report: LoadedReport,
  query: URLSearchParams,
  { signal, known = NOTHING }: { signal?: AbortSignal; known?: Known } = {},
): Promise<PageData | Unchanged> {
  return readSnapshot(
    source,
    async (client) => {
      const asked = { report, query, sections: report.sections, form: ["html"], isPage: true };
      const { tag, freshness, days } = await readHead(client, source, asked);
      if (tag && known.has(tag)) return { unchanged: true, tag, freshness };
      const context = await contextOf(source, client, { report, withOptions: true });
      const state = await resolveState(report, query, context, days);
      if (tag && known.anything) return { unchanged: true, tag, freshness };
      await keepChanges(client, report);
      const sections: SectionData[] = [];
      for (const section of report.sections)
        sections.push(await readSection(context, report, section, state));
      return { unchanged: false, tag, report, state, sections, freshness };
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
    source,
    async (client) =>
      String(
        (
          await resolveState(
            report,
            query,
            await contextOf(source, client, { report, withOptions: false }),
          )
        ).canonical,
      ),
    signal,
  );

/** The marts are read several times: what changed since they were folded is found out once. */
export const keepChanges = (client: pg.PoolClient, { marts }: Pick<LoadedReport, "marts">) =>
  client.query("SELECT reporting.keep_changes($1)", [marts]);

const contextOf = async (
  { timeZone, currency, now }: ReportSource,
  client: pg.PoolClient,
  { report, withOptions }: { report: LoadedReport; withOptions: boolean },
): Promise<StateContext> => ({
  client,
  currency,
  withOptions,
  today: dayIn(now(), timeZone),
  planned: await readAudience(client, report.permission),
});

async function readSection(
  { client, planned }: StateContext,
  report: LoadedReport,
  section: Section,
  state: ReportState,
): Promise<SectionData> {
  const query = boundQuery(report, section, state, planned);
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

function boundQuery(report: LoadedReport, section: Section, state: ReportState, planned: Planned) {
  const query = report.queries.get(section.key);
  if (!query) throw new Error(`no query for section ${section.key}`);
  const { text, values } = bindQuery(query, state.bindings);
  return { text: planned(text), values };
}

/** A section on its way out: its head first, then rows without total, to be read before the work returns. */
export interface Export {
  section: Section;
  state: ReportState;
  tag: string | undefined;
  freshness: Freshness;
  /** Rows that will come, counted in the same snapshot. */
  rowCount: number;
  batches: AsyncIterable<Row[]>;
}

export interface ExportRequest {
  report: LoadedReport;
  query: URLSearchParams;
  /** The section; the main table when undefined. */
  key: string | undefined;
  /** What makes the same rows another answer, such as the format. */
  form: readonly (string | undefined)[];
  known?: Known;
}

/**
 * Streams one section in constant memory; `write` is done when every row has left. When the client has the answer
 * already, nothing is read, and `write` is not called.
 * @throws TidemarkError `bad_parameter` for an unknown section or parameter
 */
export async function exportSection(
  source: ReportSource,
  { report, query, key, form, known = NOTHING }: ExportRequest,
  write: (data: Export) => Promise<void>,
  signal?: AbortSignal,
): Promise<Unchanged | undefined> {
  const section = findSection(report, key);
  return readSnapshot(
    source,
    async (client) => {
      const asked = {
        report,
        query,
        sections: [section],
        form: [...form, section.key],
        isPage: false,
      };
      const { tag, freshness, days } = await readHead(client, source, asked);
      if (tag && known.has(tag)) return { unchanged: true, tag, freshness };
      const context = await contextOf(source, client, { report, withOptions: false });
      const state = await resolveState(report, query, context, days);
      if (tag && known.anything) return { unchanged: true, tag, freshness };
      await keepChanges(client, report);
      const bound = boundQuery(report, section, state, context.planned);
      const rowCount = await countRows(client, bound);
      const batches = withoutTotals(readBatches(client, bound));
      await write({ section, state, tag, freshness, rowCount, batches });
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
