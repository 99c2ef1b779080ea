import type pg from "pg";
import { writtenTypes } from "../db/pool.ts";
import { queryAgain } from "../db/prepared.ts";
import type { Row } from "./batches.ts";
import { boundPage, boundQuery, boundTotal, sharedQuery } from "./bound-query.ts";
import { isPlain, literalQuery } from "./literal-query.ts";
import type { LoadedReport } from "./load.ts";
import { onPage } from "./row-order.ts";
import type { Section, TableSection } from "./section.ts";
import type { ReportState, StateContext } from "./state.ts";

export interface SectionData {
  section: Section;
  rows: Row[];
  /** The row that the query marked `is_total`, or that the table's own query of the total gave. */
  total: Row | undefined;
  /** All rows, of which `rows` may be a page. */
  rowCount: number;
  /** The page of the table, from 1. */
  page: number;
}

type Bound = ReturnType<typeof boundQuery>;

/** A read that needs a session of the snapshot, and nothing from the others. */
export type Read<T> = (client: pg.PoolClient) => Promise<T>;

/** What a section asks for, as reads that may go side by side, and how they make the section. */
export interface SectionReads {
  reads: Read<unknown>[];
  toData: (results: unknown[]) => SectionData;
}

/** The reads of queries that several sections of a page share, by their text. */
export type SharedReads = Map<string, Read<Row[]>>;

/** The rows of a section that a page shows, its total, and how many there are in all. */
export function sectionReads(
  report: LoadedReport,
  section: Section,
  state: ReportState,
  context: Pick<StateContext, "planned">,
  sharedReads: SharedReads,
): SectionReads {
  const page = (section.kind === "table" && state.views.get(section.key)?.page) || 1;
  /** The read of a query that may be another section's as well. */
  const once = (bound: Bound): Read<Row[]> => {
    const read = sharedReads.get(bound.text) ?? ((client) => readAll(client, bound));
    sharedReads.set(bound.text, read);
    return read;
  };
  const shared = sharedQuery(report, section, state, context);
  if (shared)
    return { reads: [once(shared)], toData: ([rows]) => partOf(section, rows as Row[], page) };
  const query = boundQuery(report, section, state, context);
  if (section.kind !== "table")
    return {
      reads: [once(query)],
      toData: ([rows]) => {
        const all = rows as Row[];
        return { section, rows: all, total: undefined, rowCount: all.length, page };
      },
    };
  const total = boundTotal(report, section, state, context);
  if (!total)
    return {
      reads: [(client) => readWithTotal(client, section, query, page)],
      toData: ([data]) => ({
        section,
        page,
        ...(data as Awaited<ReturnType<typeof readWithTotal>>),
      }),
    };
  return {
    reads: [(client) => readAll(client, boundPage(report, section, state, context)), once(total)],
    toData: ([rows, totals]) => {
      const only = totalOf(section, totals as Row[]);
      const rowCount = rowCountOf(section, totals as Row[]);
      const shown = (rows as Row[]).slice(0, section.pageRows);
      const total = section.totalQuery && rowCount > 0 ? only : undefined;
      return { section, page, rows: shown, total, rowCount };
    },
  };
}

/** A table's own total of those that its query gave. */
const totalOf = ({ countPart }: TableSection, totals: Row[]): Row | undefined =>
  totals.find(({ part }) => !countPart || part === countPart);

/** How many rows the query of its total says that a table has. */
export const rowCountOf = (section: Section, totals: Row[]): number =>
  Number((section.kind === "table" ? totalOf(section, totals) : totals[0])?.row_count ?? 0);

/** What a section shows of the rows that it shares with others. */
function partOf(section: Section, all: Row[], page: number): SectionData {
  const own = all.filter(({ part }) => part === section.part);
  const rows = own.filter((row) => !isTotal(row));
  const pageRows = section.kind === "table" ? section.pageRows : rows.length;
  return {
    section,
    page,
    rows: rows.slice((page - 1) * pageRows, page * pageRows),
    total: own.find(isTotal),
    rowCount: rows.length,
  };
}

/** All rows of a query that the next page will ask as well, with the same values. Those that need care stay bound. */
const readAll = async (client: pg.PoolClient, bound: Bound): Promise<Row[]> =>
  isPlain(bound)
    ? queryAgain<Row>(client, literalQuery(bound), writtenTypes)
    : (await client.query<Row>({ ...bound, types: writtenTypes })).rows;

/** The query sends its total first; the rows before the page are read with those of the page, and all are counted. */
async function readWithTotal(
  client: pg.PoolClient,
  { pageRows }: TableSection,
  { text, values }: Bound,
  page: number,
) {
  const end = page * pageRows;
  const counted = `SELECT result.*, count(*) OVER () AS all_rows FROM (\n${text}\n) AS result`;
  const first = await readAll(client, onPage({ text: counted, values }, end + 1, 0));
  const total = first.find(isTotal);
  const rowCount = Number(first[0]?.all_rows ?? 0) - (total ? 1 : 0);
  for (const row of first) delete row.all_rows;
  const rows = first.filter((row: Row) => !isTotal(row));
  return { rows: rows.slice(end - pageRows, end), total, rowCount };
}

/** Whether a row is the total of the others. */
export const isTotal = (row: Row): boolean => row.is_total === true;

/** Whether a query gives a row with the total of the others. */
export const hasTotal = ({ text }: Pick<Bound, "text">): boolean => /\bis_total\b/.test(text);

/** How many rows a query gives, without its total. */
export async function countRows(client: pg.PoolClient, bound: Bound): Promise<number> {
  const { text, values } = bound;
  const rowsOnly = hasTotal(bound) ? "WHERE is_total IS NOT TRUE" : "";
  const { rows } = await client.query<{ count: string }>(
    `SELECT count(*) AS count FROM (\n${text}\n) AS result ${rowsOnly}`,
    values,
  );
  return Number(rows[0]?.count);
}
