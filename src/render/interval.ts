/** Where an interval and its figure stand on a line from 0 to 1, in the units of an SVG 100 wide. */
export interface DrawnInterval {
  low: number;
  width: number;
  at: number;
}

/** Nothing to draw where any of the three is missing. */
export function drawInterval(
  value: unknown,
  low: unknown,
  high: unknown,
): DrawnInterval | undefined {
  if ([value, low, high].some((one) => one === null || one === undefined)) return undefined;
  const [from, to] = [place(low), place(high)];
  return { low: from, width: place(to - from, 1), at: place(value) };
}

const place = (value: unknown, scale = 100): number =>
  Math.round(Math.min(100, Math.max(0, Number(value) * scale)) * 10) / 10;
