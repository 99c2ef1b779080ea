import type { LoadedReport } from "./load.ts";
import { type Bindings, bindQuery, type Query } from "./query.ts";
import { type BoundQuery, inOrder, onPage } from "./row-order.ts";
import type { Section, TableSection } from "./section.ts";
import type { ReportState, StateContext } from "./state.ts";

/** The query of a section as PostgreSQL takes it, in the order asked for, planned for whoever asks. */
export function boundQuery(
  report: LoadedReport,
  section: Section,
  state: ReportState,
  { planned }: Pick<StateContext, "planned">,
) {
  const bound = boundRows(report, section, state, { planned });
  return section.kind === "table"
    ? inOrder(bound, section, state.views.get(section.key)?.sort)
    : bound;
}

/** The same in whatever order its rows come: to count them. */
export function boundRows(
  report: LoadedReport,
  section: Section,
  state: ReportState,
  { planned }: Pick<StateContext, "planned">,
) {
  const query = report.queries.get(section.key);
  if (!query) throw new Error(`no query for section ${section.key}`);
  return partOf(section, bind(query, { ...state.bindings, ...ALL_ROWS }, planned));
}

/** The query of one page of a table in an order of the definition, with one row more, which tells whether there are further ones. */
export function boundPage(
  report: LoadedReport,
  section: TableSection,
  state: ReportState,
  context: Pick<StateContext, "planned">,
) {
  const { page = 1, sort } = state.views.get(section.key) ?? {};
  const query = report.queries.get(section.key);
  const before = (page - 1) * section.pageRows;
  if (!query?.names.includes("rows_before") || sort)
    return onPage(boundQuery(report, section, state, context), section.pageRows + 1, before);
  const window = { rows_before: int(before), rows_shown: int(section.pageRows + 1) };
  return inOrder(
    bind(query, { ...state.bindings, ...window }, context.planned),
    section,
    undefined,
  );
}

const int = (value: number | null) => ({ type: "int", value }) as const;

const ALL_ROWS = { rows_before: int(null), rows_shown: int(null) };

/** The query of the total of a table, or of its number of rows, where it has one of its own. */
export function boundTotal(
  report: LoadedReport,
  section: Section,
  state: ReportState,
  { planned }: Pick<StateContext, "planned">,
) {
  const query = report.totals.get(section.key);
  return query && bind(query, state.bindings, planned);
}

/** The query that sections share, where the rows of all of them can be read at once: no reader has asked for an order. */
export function sharedQuery(
  report: LoadedReport,
  section: Section,
  state: ReportState,
  { planned }: Pick<StateContext, "planned">,
) {
  const query = report.queries.get(section.key);
  const isSorted = state.views.get(section.key)?.sort !== undefined;
  return section.part && query && !isSorted ? bind(query, state.bindings, planned) : undefined;
}

function partOf({ part }: Section, { text, values }: BoundQuery): BoundQuery {
  if (!part) return { text, values };
  return {
    text: `SELECT * FROM (SELECT shared.*, row_number() OVER () AS shared_place FROM (\n${text}\n) AS shared) AS parts\nWHERE part = '${part}' ORDER BY shared_place`,
    values,
  };
}

function bind(query: Query, bindings: Bindings, planned: StateContext["planned"]) {
  const { text, values } = bindQuery(query, bindings);
  return { text: planned(text), values };
}
