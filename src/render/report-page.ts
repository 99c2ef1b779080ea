import type { Catalogue } from "../reports/load.ts";
import type { PageData } from "../reports/page.ts";
import type { SectionData } from "../reports/rows.ts";
import type { ReportSource } from "../reports/source.ts";
import type { ReportState } from "../reports/state.ts";
import { sortsIn } from "../reports/table-view.ts";
import { chartModel } from "./chart.ts";
import { definitionsOf } from "./definitions.ts";
import { type DrillContext, drillTo } from "./drill.ts";
import { filterPills, inSight } from "./filters.ts";
import type { Locale } from "./format.ts";
import { csvForExcel, downloadsAt, type Format } from "./formats.ts";
import { freshnessModel } from "./freshness.ts";
import { navigation } from "./navigation.ts";
import { ownPlace, type ReportPlace } from "./report-place.ts";
import { tableModel } from "./table.ts";
import { isSortOf } from "./table-links.ts";
import { tilesModel } from "./tiles.ts";

/** Everything that the template of a report needs, ready to be written. */
export function reportPage(
  data: PageData,
  catalogue: Catalogue,
  source: ReportSource,
  language: string,
  place: ReportPlace = ownPlace(data.report.slug),
) {
  const { report, state } = data;
  const locale: Locale = { currency: state.currency, timeZone: source.timeZone, language };
  const words = wordsOf(state, place);
  const { annotations } = data;
  const base = { locale, words, report, state, catalogue, place, annotations };
  const downloadsOf = (more: [string, string][]) => {
    const address = (format: Format, form?: URLSearchParams) =>
      place.download(format, state.canonical, new URLSearchParams([...more, ...(form ?? [])]));
    return [...downloadsAt(address), csvForExcel((form) => address("csv", form), language)];
  };
  const model = ({ section, ...rest }: SectionData) => {
    const one = { section, ...rest };
    const sorts = [...state.shown].filter(([name]) => isSortOf(report, section.key, name));
    const links = downloadsOf([...sorts, ["section", section.key]]);
    if (section.kind === "tiles")
      return { isTiles: true, ...tilesModel(one, section, base), links };
    if (section.kind === "chart")
      return { isChart: true, ...chartModel(one, section, base), links };
    return {
      isTable: true,
      ...tableModel(one, section, base),
      links,
    };
  };
  const person = state.choices.find(({ name }) => name === "owner")?.chosen[0]?.label;
  const isUnasked = report.isAboutOne && person === undefined;
  const pills = filterPills(report, state, place);
  const sections = data.sections
    .filter((one) => isOnPage(one, catalogue) && (!isUnasked || isMain(one)))
    .map((one) => ({ ...model(one), more: moreOf(one, { report, state, catalogue }) }));
  return {
    title: report.isAboutOne && person ? `${report.title}: ${person}` : report.title,
    isUnasked,
    question: report.question,
    slug: report.slug,
    navigation: navigation(catalogue, report.slug),
    freshness: freshnessModel(data, source),
    // Without a version, nobody could tell that there is another.
    changes: data.version && place.changes,
    version: data.version,
    pills,
    filters: inSight(pills),
    // The form asks for other rows: tables stay sorted, and begin with their first page again.
    kept: [...sortsIn(state.shown)].map(([name, value]) => ({ name, value })),
    reset: state.canonical.size > 0 ? place.filtered(new URLSearchParams()) : undefined,
    downloads: downloadsOf([]),
    isPartial: state.period?.isPartial,
    blocks: inBlocks(sections),
    definitions: definitionsOf(report),
    hasNothing: data.sections.some(
      ({ section, rows }) => section.kind === "table" && section.main && rows.length === 0,
    ),
    allTime: place.filtered(new URLSearchParams({ period: "all" })),
  };
}

const isMain = ({ section }: SectionData) => section.kind === "table" && section.main;

/** Whether there is something to show, and whoever asks may open the report that it is from. */
function isOnPage({ section, rows }: SectionData, catalogue: Catalogue): boolean {
  if (section.from !== undefined && !catalogue.has(section.from)) return false;
  const only = section.kind === "tiles" ? section.only : undefined;
  return only?.some((key) => Number(rows[0]?.[key] ?? 0) > 0) ?? true;
}

/** The report that has more of a section, with the filters of this page. */
function moreOf({ section: { from } }: SectionData, context: DrillContext) {
  const target = from === undefined ? undefined : context.catalogue.get(from);
  const drill = { report: from ?? "", figure: "", set: {}, by: {}, compared: false };
  return target && { title: target.title, href: drillTo(drill, {}, context) };
}

/** Words that texts of a report may use besides its columns. */
function wordsOf(
  { period, comparison, currency }: ReportState,
  place: ReportPlace,
): Record<string, string | undefined> {
  const days = comparison?.label.slice(comparison.whole.length + 2);
  return {
    currency,
    period: period?.label,
    // Writes nothing, and is there only while the period runs.
    to_date: period?.isPartial ? "" : undefined,
    // Likewise, only where one can go on from here.
    links: place.filtered(new URLSearchParams()) === undefined ? undefined : "",
    compare: comparison?.label,
    compare_whole: comparison?.whole,
    compare_days: days || undefined,
  };
}

/** Charts that follow each other share a row. */
function inBlocks<S extends object>(sections: S[]) {
  const blocks: { isCharts: boolean; sections: S[] }[] = [];
  for (const section of sections) {
    const isCharts = "isChart" in section;
    const last = blocks.at(-1);
    if (isCharts && last?.isCharts) last.sections.push(section);
    else blocks.push({ isCharts, sections: [section] });
  }
  return blocks;
}
