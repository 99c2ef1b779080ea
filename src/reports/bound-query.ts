import type { LoadedReport } from "./load.ts";
import { bindQuery } from "./query.ts";
import type { Section } from "./section.ts";
import type { ReportState, StateContext } from "./state.ts";

/** The query of a section as PostgreSQL takes it, planned for whoever asks. */
export function boundQuery(
  report: LoadedReport,
  section: Section,
  state: ReportState,
  { planned }: Pick<StateContext, "planned">,
) {
  const query = report.queries.get(section.key);
  if (!query) throw new Error(`no query for section ${section.key}`);
  const { text, values } = bindQuery(query, state.bindings);
  return { text: planned(text), values };
}
