import { type Annotation, daysOf, isOverTime } from "../reports/annotations.ts";
import type { Row } from "../reports/batches.ts";
import { type Day, daysBetween } from "../reports/day.ts";
import type { ChartSection } from "../reports/section.ts";
import { READERS } from "./annotations-page.ts";
import { type Locale, writeDay } from "./format.ts";

/** A note with the number under which a chart lists it. */
export interface NumberedAnnotation extends Annotation {
  number: number;
}

/** The notes on the days that a chart shows, numbered from the first day on. */
export function annotationsOn(
  section: ChartSection,
  rows: readonly Row[],
  annotations: readonly Annotation[],
): NumberedAnnotation[] {
  const days = isOverTime(section) ? daysOf(rows.map((row) => row[section.chart.x])) : undefined;
  if (!days) return [];
  return annotations
    .filter(({ day }) => days.from <= day && day <= days.through)
    .map((one, index) => ({ ...one, number: index + 1 }));
}

/** A line for each day that has notes: where it stands among the points, in their order and parts of it, and its numbers. */
export function linesAt(points: readonly Day[], annotations: readonly NumberedAnnotation[]) {
  return [...Map.groupBy(annotations, ({ day }) => day)].map(([day, own]) => {
    const [first, last] = [own[0]?.number, own.at(-1)?.number];
    return { at: placeAmong(points, day), label: first === last ? `${first}` : `${first}–${last}` };
  });
}

function placeAmong(points: readonly Day[], day: Day): number {
  const before = points.findLastIndex((point) => point <= day);
  const [from, to] = [points[before], points[before + 1]];
  if (from === undefined) return 0;
  if (to === undefined) return before;
  const share = (daysBetween(from, day) - 1) / (daysBetween(from, to) - 1);
  return Math.round((before + share) * 1000) / 1000;
}

/** A note as it stands under a chart. */
export const annotationModel = (
  { number, day, text, author, visibility }: NumberedAnnotation,
  locale: Locale,
) => ({
  number,
  iso: day,
  date: writeDay(day, locale),
  written: text,
  by: visibility === "everyone" ? author : `${author}, ${READERS[visibility]}`,
});
