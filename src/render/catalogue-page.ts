import type { Catalogue } from "../reports/load.ts";
import { definitionsOf } from "./definitions.ts";
import { downloadsAt } from "./formats.ts";
import { navigation } from "./navigation.ts";
import { type OwnViews, startOf, viewPath } from "./own-views.ts";

/** Every report with the question it answers, one's views of it, and the meaning of its figures. */
export function cataloguePage(catalogue: Catalogue, own: OwnViews | undefined) {
  const groups = Map.groupBy(catalogue.values(), (report) => report.group);
  return {
    title: "Reports",
    navigation: navigation(catalogue),
    isStartLost: own && startOf(own, catalogue).isLost,
    groups: [...groups].map(([name, reports]) => ({
      name,
      reports: reports.map((report) => ({
        slug: report.slug,
        title: report.title,
        question: report.question,
        href: `/reports/${report.slug}`,
        downloads: downloadsAt((format) => `/reports/${report.slug}.${format}`),
        parameters: report.parameters.join(", "),
        views: own?.views
          .filter((view) => view.report === report.slug)
          .map((view) => ({ name: view.name, href: viewPath(view) })),
        definitions: definitionsOf(report, `${report.slug}-`),
      })),
    })),
  };
}
