import { type Column, isNumeric } from "../reports/column.ts";
import type { LoadedReport } from "../reports/load.ts";
import type { TableSection } from "../reports/section.ts";
import type { ReportState } from "../reports/state.ts";
import { pageName, sortName } from "../reports/table-view.ts";
import { type Locale, writeCount } from "./format.ts";
import type { ReportPlace } from "./report-place.ts";

interface Context {
  report: LoadedReport;
  state: ReportState;
  locale: Locale;
  place: ReportPlace;
}

/** The same page with another order or page of one table; it comes to rest at that table. */
function linkTo(
  section: TableSection,
  { state, place }: Context,
  change: Record<string, string | undefined>,
): string {
  const query = new URLSearchParams(state.shown);
  for (const [name, value] of Object.entries(change)) {
    query.delete(name);
    if (value !== undefined) query.set(name, value);
  }
  return `${place.shown(state.canonical, query)}#h-${section.key}`;
}

/**
 * How a column is sorted, and where to sort by it: numbers and days from the highest first, names from A, then the other
 * way, then in the table's own order again.
 */
export function sortModel(section: TableSection, { key, type }: Column, context: Context) {
  const sort = context.state.views.get(section.key)?.sort;
  const isSorted = sort?.key === key;
  const isDescendingFirst = isNumeric(type) || ["date", "month", "time"].includes(type);
  const first = isDescendingFirst ? `-${key}` : key;
  const second = isDescendingFirst ? key : `-${key}`;
  const isSecond = isSorted && sort.isDescending !== isDescendingFirst;
  const next = isSecond ? undefined : isSorted ? second : first;
  return {
    sorted: isSorted ? (sort.isDescending ? "descending" : "ascending") : undefined,
    sortHref: linkTo(section, context, {
      [sortName(section)]: next,
      [pageName(section)]: undefined,
    }),
  };
}

/** Where one is in a table of several pages; undefined for one that is whole. */
export function pagerModel(
  section: TableSection,
  context: Context,
  { shown, rowCount, page }: { shown: number; rowCount: number; page: number },
) {
  const { pageRows } = section;
  const last = Math.max(1, Math.ceil(rowCount / pageRows));
  if (last === 1 && page === 1) return undefined;
  const name = pageName(section);
  const to = (target: number) =>
    linkTo(section, context, { [name]: target === 1 ? undefined : String(target) });
  const write = (count: number) => writeCount(count, context.locale);
  return {
    from: write((page - 1) * pageRows + 1),
    to: write((page - 1) * pageRows + shown),
    rowCount: write(rowCount),
    // Rows may have gone since the address was made.
    isBeyond: shown === 0,
    first: page > 1 ? to(1) : undefined,
    previous: page > 1 ? to(Math.min(page - 1, last)) : undefined,
    next: page < last ? to(page + 1) : undefined,
    last: page < last ? to(last) : undefined,
  };
}

/** Whether a parameter sorts the section: its exports have the same order. */
export function isSortOf({ sections }: LoadedReport, key: string, name: string): boolean {
  const section = sections.find((one) => one.key === key);
  return section?.kind === "table" && name === sortName(section);
}
