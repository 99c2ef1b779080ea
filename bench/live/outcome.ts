/** One row of the table. */
export interface Outcome {
  what: string;
  /** What was measured, with its unit. */
  figure: string;
  /** The number that the limit is for; undefined where there is none. */
  ratio?: string;
  limit?: string;
  /** Undefined: told for information. */
  holds?: boolean;
}

const WIDTHS = { what: 80, figure: 62, ratio: 14, limit: 12 };

export function printHead() {
  console.log(row("what", "measured", "ratio", "limit", "", ""));
  console.log("-".repeat(Object.values(WIDTHS).reduce((sum, width) => sum + width) + 6));
}

/** At once, so that what was measured is not lost with the rest. */
export function printOutcome({ what, figure, ratio = "", limit = "", holds }: Outcome) {
  const verdict = holds === undefined ? "" : holds ? "ok" : "SHORT";
  console.log(row(what, figure, ratio, limit, verdict, " "));
}

const row = (
  what: string,
  figure: string,
  ratio: string,
  limit: string,
  verdict: string,
  gap: string,
) =>
  `${what.padEnd(WIDTHS.what)}${gap || " "}${figure.padEnd(WIDTHS.figure)} ${ratio.padStart(WIDTHS.ratio)} ${limit.padStart(WIDTHS.limit)} ${verdict}`.trimEnd();

/** A time with as many digits as it deserves. */
export const ms = (value: number) =>
  value >= 1000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(value < 10 ? 2 : 1)} ms`;

export const count = (value: number) => Math.round(value).toLocaleString("en");

export const times = (value: number) =>
  value >= 100 ? `${count(value)} ×` : `${value.toFixed(2)} ×`;
