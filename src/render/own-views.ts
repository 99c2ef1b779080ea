import type { SavedView } from "../access/saved-views.ts";
import type { StartPage } from "../access/start-page.ts";
import type { Catalogue } from "../reports/load.ts";

/** What a person has saved for themself. */
export interface OwnViews {
  views: readonly SavedView[];
  start: StartPage;
}

/** Where a report with these filters is. */
export const viewPath = ({ report, query }: Pick<SavedView, "report" | "query">): string =>
  query === "" ? `/reports/${report}` : `/reports/${report}?${query}`;

/**
 * Where a person starts.
 * @returns path: undefined for the catalogue; isLost: because what they have chosen is no longer there for them
 */
export function startOf(
  { views, start }: OwnViews,
  catalogue: Catalogue,
): { path: string | undefined; isLost: boolean } {
  if (start.kind === "catalogue") return { path: undefined, isLost: false };
  const chosen =
    start.kind === "report"
      ? { report: start.report, query: "" }
      : views.find(({ id }) => start.kind === "view" && id === start.viewId);
  return chosen && catalogue.has(chosen.report)
    ? { path: viewPath(chosen), isLost: false }
    : { path: undefined, isLost: true };
}
