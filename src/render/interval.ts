import type { Row } from "../reports/batches.ts";

/** Where an interval and its figure stand on a line, in the units of an SVG 100 wide. */
export interface DrawnInterval {
  low: number;
  width: number;
  at: number;
}

/** The values at the two ends of the line. */
export interface Scale {
  from: number;
  to: number;
}

/** Rates share one line, so that they can be held against each other. */
export const rateScale: Scale = { from: 0, to: 1 };

/** From the lowest to the highest end among the rows; a tenth of room on either side. */
export function scaleOf(rows: readonly Row[], low: string, high: string): Scale {
  const ends = (key: string) => rows.map((row) => row[key] ?? undefined).filter(isDefined);
  const [from, to] = [Math.min(...ends(low).map(Number)), Math.max(...ends(high).map(Number))];
  const room = (to - from) / 10 || 1;
  return { from: from - room, to: to + room };
}

/** Nothing to draw where any of the three is missing. */
export function drawInterval(
  value: unknown,
  low: unknown,
  high: unknown,
  { from, to }: Scale = rateScale,
): DrawnInterval | undefined {
  if (![value, low, high].every(isDefined)) return undefined;
  const place = (one: unknown) =>
    Math.min(100, Math.max(0, ((Number(one) - from) / (to - from)) * 100));
  const [start, end] = [place(low), place(high)];
  return { low: tenth(start), width: tenth(end - start), at: tenth(Math.min(place(value), 99)) };
}

const isDefined = (value: unknown) => value !== null && value !== undefined;

const tenth = (value: number) => Math.round(value * 10) / 10;
