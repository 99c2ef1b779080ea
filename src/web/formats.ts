import { type Format, formats } from "../render/formats.ts";

/** What a file of a report is: its rows in a format, the page on paper, or, without an ending, the page. */
export type Ending = Format | "pdf";

/** A report's slug and the ending asked for, out of `slug` or `slug.ending`. */
export function readFile(file: string): { slug: string; ending: Ending | undefined } {
  const ending = ([...formats, "pdf"] as const).find((one) => file.endsWith(`.${one}`));
  return { slug: ending ? file.slice(0, -ending.length - 1) : file, ending };
}
