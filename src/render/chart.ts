import { type Annotation, isOverTime } from "../reports/annotations.ts";
import type { Row } from "../reports/batches.ts";
import { type Column, isNumeric } from "../reports/column.ts";
import type { SectionData } from "../reports/rows.ts";
import type { ChartSection } from "../reports/section.ts";
import {
  annotationModel,
  annotationsOn,
  linesAt,
  type NumberedAnnotation,
} from "./chart-annotations.ts";
import { type DrillContext, drillTo } from "./drill.ts";
import { exactModel } from "./exact.ts";
import { formatValue, localeOf, NOTHING, writeTick } from "./format.ts";
import { fillText, type NoteContext } from "./note.ts";

/** One canvas: plain data that the page's script turns into a Chart.js configuration. */
interface Panel {
  title: string;
  note: string | undefined;
  /** Says in words what the picture shows, for those who cannot see it. */
  summary: string;
  json: string;
}

/** A chart section: its canvases, and the same numbers as a table. */
export function chartModel(
  { rows }: SectionData,
  section: ChartSection,
  base: Omit<NoteContext, "columns" | "row"> &
    DrillContext & { annotations: readonly Annotation[] },
) {
  const context: NoteContext = { ...base, columns: section.columns, row: {} };
  const annotations = annotationsOn(section, rows, base.annotations);
  const drawn = rows.some((row) => section.chart.series.some(({ key }) => Number(row[key] ?? 0)));
  return {
    key: section.key,
    title: section.title,
    about: fillText(section.about, { ...context, row: rows.at(-1) ?? {} }),
    empty: section.empty,
    isEmpty: !drawn,
    isWide: section.wide,
    isPanelled: section.chart.panelBy !== undefined,
    panels: drawn ? panels(rows, section, context, annotations) : [],
    isOverTime: isOverTime(section),
    annotations: annotations.map((one) => annotationModel(one, base.locale)),
    headers: section.columns.map((column) => ({
      label: column.label,
      definition: column.definition,
      anchor: `${section.key}-${column.key}`,
      isNumeric: isNumeric(column.type),
    })),
    rows: rows.map((row) =>
      section.columns.map((column) => ({
        key: column.key,
        ...exactModel(column.type, row[column.key]),
        isNumeric: isNumeric(column.type),
        text: formatValue(column, row[column.key], localeOf(column, row, base.locale)),
        href: hrefOf(section, column.key, row, base),
      })),
    ),
  };
}

function hrefOf({ drills }: ChartSection, key: string, row: Row, context: DrillContext) {
  const drill = drills[key];
  const hasRows = drill && row[key] !== null && Number(row[key]) !== 0;
  return hasRows ? drillTo(drill, row, context) : undefined;
}

function panels(
  rows: Row[],
  section: ChartSection,
  context: NoteContext,
  annotations: readonly NumberedAnnotation[],
): Panel[] {
  const { panelBy } = section.chart;
  const most = section.chart.high ? highest(rows, section.chart.high) : undefined;
  const more = { most, annotations };
  if (!panelBy) return [panel(section.title, rows, section, context, more)];
  const column = columnOf(section, panelBy);
  return [...Map.groupBy(rows, (row) => String(row[panelBy]))].map(([name, own]) =>
    panel(formatValue(column, name, context.locale), own, section, context, more),
  );
}

function panel(
  title: string,
  rows: Row[],
  section: ChartSection,
  context: NoteContext,
  { most, annotations }: { most: number | undefined; annotations: readonly NumberedAnnotation[] },
): Panel {
  const { chart } = section;
  const column = (key: string) => columnOf(section, key);
  // The last step leads to no other.
  const rateAt = (key: string, row: Row | undefined) =>
    (row?.[key] ?? null) === null ? null : formatValue(column(key), row?.[key], context.locale);
  // Where a row has no x, it stands last, as in tables.
  const xOf = (row: Row) => String(row[chart.x] ?? NOTHING);
  const xs = [...new Set(rows.map(xOf))];
  // Of several lines, each may lack other days.
  if (["date", "month"].includes(column(chart.x).type)) xs.sort();
  const orNothing = (write: (x: string) => string) => (x: string) =>
    x === NOTHING ? NOTHING : write(x);
  const labels = xs.map(orNothing((x) => formatValue(column(chart.x), x, context.locale)));
  const isLong = xs.length > 1 && Date.parse(xs.at(-1) ?? "") - Date.parse(xs[0] ?? "") > LONG;
  const rates = chart.rate
    ? xs.map((_x, index) => rateAt(chart.rate as string, rows[index]))
    : undefined;
  const ticks =
    column(chart.x).type === "date"
      ? xs.map(orNothing((x) => writeTick(x, isLong, context.locale)))
      : labels.map((label, index) => (rates?.[index] ? [label, rates[index]] : label));
  const at = (own: Row[], key: string) => {
    const byX = new Map(own.map((row) => [xOf(row), row[key]]));
    return xs.map((x) => toNumber(byX.get(x)));
  };
  const groups = chart.splitBy
    ? [...Map.groupBy(rows, (row) => String(row[chart.splitBy as string]))]
    : [[undefined, rows] as const];
  const series = groups.flatMap(([name, own]) =>
    chart.series.map(({ key, label, role }) => ({
      label: name ?? fillText([label, ""], context),
      role,
      data: at(own, key),
      n: chart.n ? at(own, chart.n) : undefined,
    })),
  );
  const shape = {
    type: chart.type,
    labels,
    ticks,
    isSplit: chart.splitBy !== undefined,
    series: series.filter((one) => one.data.some((value) => value !== null)),
    low: chart.low ? at(rows, chart.low) : undefined,
    high: chart.high ? at(rows, chart.high) : undefined,
    rates,
    unit: column(chart.series[0]?.key as string).type,
    currency: context.locale.currency,
    language: context.locale.language,
    most,
    annotations: annotations.length > 0 ? linesAt(xs, annotations) : undefined,
  };
  const note = chart.panelNote ? String(rows[0]?.[chart.panelNote] ?? "") : undefined;
  const summary = describe(title, shape, section, context);
  return { title, note, json: JSON.stringify(shape), summary };
}

const columnOf = ({ columns }: ChartSection, key: string) =>
  columns.find((one) => one.key === key) as Column;

// Panels that share a scale can be held against each other.
const highest = (rows: Row[], key: string) =>
  Math.max(...rows.map((row) => toNumber(row[key]) ?? 0));

// Beyond some 200 days the year matters more than the day.
const LONG = 200 * 86_400_000;

const toNumber = (value: unknown) => (value === null || value === undefined ? null : Number(value));

function describe(
  title: string,
  shape: { labels: string[]; series: { label: string; data: (number | null)[] }[] },
  section: ChartSection,
  { locale }: NoteContext,
): string {
  const column = columnOf(section, section.chart.series[0]?.key as string);
  const ends = shape.series.map(({ label, data }) => {
    const last = data.findLastIndex((value) => value !== null);
    return `${label} ${formatValue(column, data[last], locale)} at ${shape.labels[last]}`;
  });
  return `${title}, from ${shape.labels[0]} to ${shape.labels.at(-1)}: ${ends.join("; ")}. The numbers follow as a table.`;
}
