import { badReport } from "./bad-report.ts";
import type { Report } from "./define.ts";
import type { AnySectionInput, Section, SectionInput } from "./section.ts";

interface Changes {
  /** What it is called here. */
  key: string;
  title?: string;
  about?: string;
  empty?: string;
  /** The tiles to keep, by their figure; left out: all. */
  tiles?: readonly string[];
  /** Columns of a table that are not wanted here. */
  without?: readonly string[];
  /** How the others stand in its rows; left out: as there. */
  cells?: SectionInput<"table">["cells"];
  /** Whether what is said above the tiles is said here, too. */
  withNotices?: boolean;
  only?: string[];
}

/**
 * A section of another report: the same query, columns and links, so that a figure has one definition wherever it stands.
 * @throws TidemarkError `bad_report` where that report has no such section
 */
export function borrowSection(report: Report, key: string, changes: Changes): AnySectionInput {
  const found = report.sections.find((section) => section.key === key);
  if (!found) throw badReport(report.slug, `has no section ${key} to lend`);
  const { tiles, without = [], cells, withNotices = false, ...more } = changes;
  const there = (file: string) => (file.startsWith("../") ? file : `../${report.slug}/${file}`);
  const section = { ...found, ...more, from: report.slug, query: there(found.query) } as Section;
  if (section.kind === "tiles")
    return {
      ...section,
      tiles: section.tiles.filter(({ value }) => tiles?.includes(value) ?? true),
      notices: withNotices ? section.notices : [],
    };
  if (section.kind === "chart") return section;
  const isWanted = (column: string) => !without.includes(column);
  return {
    ...section,
    main: false,
    columns: section.columns.filter((column) => isWanted(column.key)),
    cells: cells ?? section.cells?.filter((cell) => isWanted(cell.key)),
    totalQuery: section.totalQuery && there(section.totalQuery),
    // Short here, it is counted as it is read.
    countQuery: undefined,
    countPart: undefined,
  };
}
