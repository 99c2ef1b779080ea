import { LONGEST_NAME, type SavedView } from "../access/saved-views.ts";
import { startText } from "../access/start-page.ts";
import type { Catalogue } from "../reports/load.ts";
import { chosen } from "./admin/choice.ts";
import { navigation } from "./navigation.ts";
import { type OwnViews, startOf, viewPath } from "./own-views.ts";

export interface ViewsPage {
  own: OwnViews;
  catalogue: Catalogue;
  done?: string | undefined;
  /** A new view that was refused, as it was typed. */
  refused?: Omit<SavedView, "id"> & { problem: string };
  /** Another name for a view that was refused, as it was typed. */
  renamed?: Pick<SavedView, "id" | "name"> & { problem: string };
}

/** One's views, and what the service opens with. */
export function viewsPage({ own, catalogue, done, refused, renamed }: ViewsPage) {
  const { views, start } = own;
  const titleOf = (slug: string) => catalogue.get(slug)?.title;
  const groups = Map.groupBy(views, ({ report }) => report);
  // What is there no more stands last, to be deleted.
  const slugs = [...new Set([...catalogue.keys(), ...groups.keys()])];
  return {
    title: "Views",
    isAccount: true,
    navigation: navigation(catalogue),
    done,
    longest: LONGEST_NAME,
    isStartLost: startOf(own, catalogue).isLost,
    startReports: chosen(
      [...catalogue.values()].map(({ slug, title }) => ({
        value: startText({ kind: "report", report: slug }),
        label: title,
      })),
      startText(start),
    ),
    startViews: chosen(
      views
        .filter(({ report }) => catalogue.has(report))
        .map(({ id, name, report }) => ({
          value: startText({ kind: "view", viewId: id }),
          label: `${name} (${titleOf(report)})`,
        })),
      startText(start),
    ),
    refused: refused && {
      ...refused,
      title: titleOf(refused.report),
      href: viewPath(refused),
      sameName: groups
        .get(refused.report)
        ?.find(({ name }) => name.toLowerCase() === refused.name.trim().toLowerCase()),
    },
    groups: slugs
      .filter((slug) => groups.has(slug))
      .map((slug) => ({
        title: titleOf(slug) ?? `${slug}, which you cannot open any more`,
        views: groups.get(slug)?.map((view) => {
          const own = renamed?.id === view.id ? renamed : undefined;
          return {
            ...view,
            given: own?.name ?? view.name,
            problem: own?.problem,
            href: catalogue.has(slug) ? viewPath(view) : undefined,
          };
        }),
      })),
  };
}
