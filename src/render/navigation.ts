import type { Catalogue } from "../reports/load.ts";

/** The reports by group, the present one marked. */
export function navigation(catalogue: Catalogue, current?: string) {
  const groups = Map.groupBy(catalogue.values(), (report) => report.group);
  return [...groups].map(([name, reports]) => ({
    name,
    reports: reports.map(({ slug, title }) => ({
      title,
      href: `/reports/${slug}`,
      isCurrent: slug === current,
    })),
  }));
}
