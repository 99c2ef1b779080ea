import { badParameter } from "../errors.ts";
import { single } from "./asked-days.ts";
import type { Report } from "./define.ts";
import type { TableSection } from "./section.ts";

/** Which rows of a table a page shows, and in which order. */
export interface TableView {
  /** The column that the reader sorts by; undefined: the table's own order. */
  sort: { key: string; isDescending: boolean } | undefined;
  /** From 1. */
  page: number;
}

export type TableViews = ReadonlyMap<string, TableView>;

const tablesOf = (report: Report): TableSection[] =>
  report.sections.filter((section) => section.kind === "table");

/** What sorts a table in the URL, or turns its pages: the main one by the bare word. */
export const sortName = ({ key, main }: TableSection): string => (main ? "sort" : `sort.${key}`);
export const pageName = ({ key, main }: TableSection): string => (main ? "page" : `page.${key}`);

export const viewNames = (report: Report): string[] =>
  tablesOf(report).flatMap((table) => [sortName(table), pageName(table)]);

/** The parameters that sort tables, in a fixed order; which page one is on is left to the moment. */
export const sortsIn = (query: URLSearchParams): URLSearchParams => {
  const sorts = [...query].filter(([name, value]) => /^sort(\.|$)/.test(name) && value !== "");
  return new URLSearchParams(sorts.sort(([a], [b]) => (a < b ? -1 : 1)));
};

const FURTHEST = 100_000;

/**
 * How the tables of a report are to be shown.
 * @throws TidemarkError `bad_parameter` for a column that the table does not have, or no number of a page
 */
export const parseViews = (report: Report, query: URLSearchParams): TableViews =>
  new Map(
    tablesOf(report).map((table) => [
      table.key,
      { sort: parseSort(table, query), page: parsePage(table, query) },
    ]),
  );

function parseSort(table: TableSection, query: URLSearchParams): TableView["sort"] {
  const name = sortName(table);
  const value = single(query, name);
  if (value === undefined) return undefined;
  const isDescending = value.startsWith("-");
  const key = isDescending ? value.slice(1) : value;
  const keys = table.columns.map((column) => column.key);
  if (!keys.includes(key))
    throw badParameter(name, `${name}: ${table.title} has no column "${key}"`, keys);
  return { key, isDescending };
}

function parsePage(table: TableSection, query: URLSearchParams): number {
  const name = pageName(table);
  const value = single(query, name) ?? "1";
  const page = Number(value);
  if (/^[1-9]\d*$/.test(value) && page <= FURTHEST) return page;
  throw badParameter(name, `${name}: "${value}" is not the number of a page`, ["1", "2", "3"]);
}
