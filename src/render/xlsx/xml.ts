const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Characters that XML has no way to write, and what looks like the way in which a workbook writes them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const UNWRITABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/gu;

/** A text as it stands in a workbook, every character of it: what XML cannot write is written as `_x0001_`. */
export const escapeXml = (text: string): string =>
  text
    .replace(
      UNWRITABLE,
      (one) => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`,
    )
    .replace(/[&<>"]/g, (one) => ENTITIES[one] as string);

/** The beginning of every part. */
export const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
