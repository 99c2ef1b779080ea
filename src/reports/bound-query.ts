import type { LoadedReport } from "./load.ts";
import { bindQuery, type Query } from "./query.ts";
import { inOrder } from "./row-order.ts";
import type { Section } from "./section.ts";
import type { ReportState, StateContext } from "./state.ts";

/** The query of a section as PostgreSQL takes it, in the order asked for, planned for whoever asks. */
export function boundQuery(
  report: LoadedReport,
  section: Section,
  state: ReportState,
  { planned }: Pick<StateContext, "planned">,
) {
  const query = report.queries.get(section.key);
  if (!query) throw new Error(`no query for section ${section.key}`);
  const bound = bind(query, state, planned);
  return section.kind === "table"
    ? inOrder(bound, section, state.views.get(section.key)?.sort)
    : bound;
}

/** The query of the total of a table, where it has one of its own. */
export function boundTotal(
  report: LoadedReport,
  section: Section,
  state: ReportState,
  { planned }: Pick<StateContext, "planned">,
) {
  const query = report.totals.get(section.key);
  return query && bind(query, state, planned);
}

function bind(query: Query, state: ReportState, planned: StateContext["planned"]) {
  const { text, values } = bindQuery(query, state.bindings);
  return { text: planned(text), values };
}
