import { type Format, formats } from "../render/formats.ts";

/** A report's slug and the format asked for, out of `slug` or `slug.format`; no format: the page. */
export function readFile(file: string): { slug: string; format: Format | undefined } {
  const format = formats.find((one) => file.endsWith(`.${one}`));
  return { slug: format ? file.slice(0, -format.length - 1) : file, format };
}
