import { type StartPage, startText } from "../access/start-page.ts";
import type { PageData } from "../reports/page.ts";
import { shortQuery } from "../reports/state.ts";
import { type OwnViews, viewPath } from "./own-views.ts";

/** What one may do with one's views on the page of a report. */
export function viewsPanel(
  { views, start }: OwnViews,
  { report, state }: Pick<PageData, "report" | "state">,
) {
  const { slug } = report;
  const query = shortQuery(state);
  const own = views.filter((view) => view.report === slug);
  const current = own.find((view) => view.query === query);
  // Filters begin a day only under a name.
  const here: StartPage | undefined = current
    ? { kind: "view", viewId: current.id }
    : query === ""
      ? { kind: "report", report: slug }
      : undefined;
  const isStart = here !== undefined && startText(here) === startText(start);
  return {
    report: slug,
    query,
    path: viewPath({ report: slug, query }),
    current: current?.name,
    list: own.map((view) => ({
      id: view.id,
      name: view.name,
      href: viewPath(view),
      isCurrent: view === current,
    })),
    isStart,
    start: here && !isStart ? startText(here) : undefined,
  };
}
