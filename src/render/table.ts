import type { Row } from "../reports/batches.ts";
import { type Column, isNumeric } from "../reports/column.ts";
import type { SectionData } from "../reports/rows.ts";
import type { Cell, TableSection } from "../reports/section.ts";
import type { ReportState } from "../reports/state.ts";
import { type DrillContext, drillTo, recordAt } from "./drill.ts";
import { exactModel } from "./exact.ts";
import { formatValue, type Locale, localeOf, writeCount } from "./format.ts";
import { drawInterval, rateScale, scaleOf } from "./interval.ts";
import { fillText, type NoteContext, toneOf } from "./note.ts";
import type { ReportPlace } from "./report-place.ts";
import { pagerModel, sortModel } from "./table-links.ts";

interface TableContext extends DrillContext, Pick<NoteContext, "words"> {
  locale: Locale;
  place: ReportPlace;
}

/** A table as the page draws it; every column of the section is in some cell, with its exact value. */
export function tableModel(
  { rows, total, rowCount, page }: SectionData,
  section: TableSection,
  context: TableContext,
) {
  const { state, locale, place } = context;
  const cells = cellsOn(section, state);
  const columnOf = (key: string) => section.columns.find((one) => one.key === key) as Column;
  const largest = (key: string) => Math.max(...rows.map((row) => Number(row[key] ?? 0)), 0);
  const bars = new Map(cells.filter((cell) => cell.bar).map(({ key }) => [key, largest(key)]));

  const whole = new Set(section.columns.map(({ key }) => key).filter((key) => isWhole(key, rows)));

  const scaleFor = ({ low, high, within }: NonNullable<Cell["interval"]>, row: Row) =>
    within
      ? scaleOf(
          rows.filter((one) => one[within] === row[within]),
          low,
          high,
        )
      : rateScale;

  // A total has no row to drill by, and nothing is behind a nought.
  const hrefOf = (key: string, row: Row, isTotal: boolean) => {
    const drill = section.drills[key];
    if (!drill || row[key] === null || Number(row[key]) === 0) return undefined;
    return drillTo(isTotal ? { ...drill, by: {} } : drill, row, context);
  };

  const textOf = (key: string, row: Row, isTotal: boolean) => {
    // A total has no name, day or stage: that is no missing value.
    if (isTotal && (row[key] ?? null) === null) return "";
    const form = whole.has(key) ? "whole" : "full";
    const text = formatValue(columnOf(key), row[key], localeOf(columnOf(key), row, locale), form);
    return isTotal
      ? text.replace(/(?<=^All )\d+/, (count) => writeCount(Number(count), locale))
      : text;
  };

  const rowModel = (row: Row, isTotal: boolean) =>
    cells.map((cell) => {
      const column = columnOf(cell.key);
      const value = row[cell.key];
      const most = bars.get(cell.key);
      // A second line says something, or is not there.
      const hasBelow = cell.below !== undefined && (row[cell.below.key] ?? null) !== null;
      const isFlagged = cell.flag !== undefined && row[cell.flag.key] === true;
      // What the flag says stands for the value that is missing.
      const isAlone = isFlagged && value === null;
      const data = (key: string) => ({
        key,
        label: columnOf(key).label,
        ...exactModel(columnOf(key).type, row[key]),
        text: textOf(key, row, isTotal),
        segments: columnOf(key).type === "excerpt" ? segmentsOf(row[key]) : undefined,
        href: hrefOf(key, row, isTotal),
      });
      return {
        ...data(cell.key),
        ...(isAlone && { text: "" }),
        isNumeric: isNumeric(column.type),
        isProse: column.type === "excerpt",
        tone: column.type === "change" && value !== null ? toneOf(value, "up") : undefined,
        bar:
          most && !isTotal
            ? { width: Math.round((Number(value ?? 0) / most) * 1000) / 10 }
            : undefined,
        interval:
          cell.interval && !isAlone
            ? (drawInterval(
                value,
                row[cell.interval.low],
                row[cell.interval.high],
                scaleFor(cell.interval, row),
              ) ?? { none: true })
            : undefined,
        isQuiet: cell.interval?.quiet,
        flag:
          cell.flag && isFlagged
            ? { ...data(cell.flag.key), text: cell.flag.text, isAlone }
            : undefined,
        ends: cell.interval && {
          isHidden: cell.interval.quiet || row[cell.interval.low] === null,
          low: data(cell.interval.low),
          high: data(cell.interval.high),
          n: cell.interval.n ? data(cell.interval.n) : undefined,
        },
        below:
          cell.below && hasBelow && !(isTotal && (row[cell.key] ?? null) === null)
            ? {
                ...data(cell.below.key),
                word: cell.below.noun?.[row[cell.below.key] === "1" ? 0 : 1],
              }
            : undefined,
        carried: [
          ...(cell.carries ?? []),
          ...(cell.filter && cell.filter.key !== cell.key ? [cell.filter.key] : []),
          ...(cell.flag && !isFlagged ? [cell.flag.key] : []),
          ...(cell.below && !hasBelow ? [cell.below.key] : []),
        ].map(data),
        ...(cell.opens && !isTotal && { href: recordAt(cell.opens, row, context) }),
        ...(cell.filter &&
          !isTotal && {
            href: linkTo(place, state, cell.filter.parameter, String(row[cell.filter.key])),
          }),
      };
    });

  return {
    key: section.key,
    title: section.title,
    about: fillText(section.about, { ...context, columns: [], row: {} }),
    empty: section.empty,
    isMain: section.main,
    isLong: rows.length > 30,
    pager: pagerModel(section, context, { shown: rows.length, rowCount, page }),
    headers: cells.map((cell) => ({
      ...headerModel(columnOf(cell.key), section.key, cell),
      ...sortModel(section, columnOf(cell.key), context),
    })),
    rows: rows.map((row) => rowModel(row, false)),
    total: total && rowModel(total, true),
  };
}

/** The cells that the page has now. Columns of the others are there all the same, carried by the first. */
function cellsOn({ cells, columns }: TableSection, { canonical }: ReportState): Cell[] {
  const all: Cell[] = cells ?? columns.map(({ key }) => ({ key }));
  const isThere = ({ when }: Cell) => when === undefined || canonical.has(when);
  const hidden = all.filter((cell) => !isThere(cell)).map(({ key }) => key);
  return all
    .filter(isThere)
    .map((cell, index) =>
      index === 0 ? { ...cell, carries: [...(cell.carries ?? []), ...hidden] } : cell,
    );
}

/** The words that were found apart from the text around them. */
const segmentsOf = (excerpt: unknown) =>
  String(excerpt ?? "")
    .split(/«([^«»]*)»/)
    .map((text, index) => ({ text, isFound: index % 2 === 1 }));

// A column of round sums is easier to read without cents; one cent anywhere brings them back for all.
const isWhole = (key: string, rows: Row[]): boolean =>
  rows.every((row) => row[key] === null || /^-?\d+(\.0*)?$/.test(String(row[key])));

const headerModel = (column: Column, section: string, cell: Cell) => ({
  label: cell.interval && !cell.interval.quiet ? `${column.label}, 95 % interval` : column.label,
  unit: column.unit,
  definition: column.definition,
  anchor: `${section}-${column.key}`,
  isNumeric: isNumeric(column.type),
});

function linkTo(
  place: ReportPlace,
  state: ReportState,
  parameter: string,
  value: string,
): string | undefined {
  const query = new URLSearchParams(state.canonical);
  query.delete(parameter);
  query.append(parameter, value);
  return place.filtered(query);
}
