import type { Catalogue } from "../reports/load.ts";
import { definitionsOf } from "./definitions.ts";
import { navigation } from "./navigation.ts";

/** Every report with the question it answers and the meaning of its figures. */
export function cataloguePage(catalogue: Catalogue) {
  const groups = Map.groupBy(catalogue.values(), (report) => report.group);
  return {
    title: "Reports",
    navigation: navigation(catalogue),
    groups: [...groups].map(([name, reports]) => ({
      name,
      reports: reports.map((report) => ({
        slug: report.slug,
        title: report.title,
        question: report.question,
        href: `/reports/${report.slug}`,
        parameters: report.parameters.join(", "),
        definitions: definitionsOf(report, `${report.slug}-`),
      })),
    })),
  };
}
