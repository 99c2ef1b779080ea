import type pg from "pg";
import { type Row, readBatches } from "./batches.ts";
import { boundQuery } from "./bound-query.ts";
import type { LoadedReport } from "./load.ts";
import type { Section } from "./section.ts";
import type { ReportState, StateContext } from "./state.ts";

export interface SectionData {
  section: Section;
  rows: Row[];
  /** The row that the query marked `is_total`; such a query sends it first. */
  total: Row | undefined;
  /** All rows, of which `rows` may be the first. */
  rowCount: number;
}

/** The rows of a section that a page shows, its total, and how many there are in all. */
export async function readSection(
  context: StateContext,
  report: LoadedReport,
  section: Section,
  state: ReportState,
): Promise<SectionData> {
  const { client } = context;
  const query = boundQuery(report, section, state, context);
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

/** Whether a row is the total of the others. */
export const isTotal = (row: Row): boolean => row.is_total === true;

/** How many rows a query gives, without its total. */
export async function countRows(
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
