import type { Row } from "../reports/batches.ts";
import type { Column } from "../reports/column.ts";
import type { Note } from "../reports/section.ts";
import { formatValue, type Locale, localeOf } from "./format.ts";

/** A stretch of text; a tone colours it as a change for the better or the worse. */
export interface Segment {
  text: string;
  tone?: "good" | "bad";
}

export interface NoteContext {
  columns: readonly Column[];
  row: Row;
  locale: Locale;
  /** Words that are not columns, such as the names of the periods. */
  words: Readonly<Record<string, string | undefined>>;
}

/** The first of the alternatives whose holes can all be filled, or nothing. */
export function fillNote(note: Note, context: NoteContext): Segment[] {
  for (const template of typeof note === "string" ? [note] : note) {
    const segments = fill(template, context);
    if (segments) return segments.filter((segment) => segment.text !== "");
  }
  return [];
}

/** The same as plain text. */
export const fillText = (note: Note, context: NoteContext): string =>
  fillNote(note, context)
    .map((segment) => segment.text)
    .join("");

const HOLE = /\{([a-z][a-z0-9_]*)(?::([a-z]+))?(?:\|([^|}]+)\|([^|}]+))?\}/g;

function fill(template: string, context: NoteContext): Segment[] | undefined {
  const segments: Segment[] = [];
  let end = 0;
  for (const hole of template.matchAll(HOLE)) {
    const [, key = "", style, one, many] = hole;
    const segment = fillHole(key, style, context);
    if (!segment) return undefined;
    segments.push({ text: template.slice(end, hole.index) }, segment);
    if (one !== undefined) segments.push({ text: ` ${context.row[key] === "1" ? one : many}` });
    end = hole.index + hole[0].length;
  }
  segments.push({ text: template.slice(end) });
  return segments;
}

function fillHole(
  key: string,
  style: string | undefined,
  { columns, row, locale, words }: NoteContext,
): Segment | undefined {
  const column = columns.find((one) => one.key === key);
  if (!column) {
    const word = words[key];
    return word === undefined ? undefined : { text: word };
  }
  const value = row[key];
  if (value === null || value === undefined) return undefined;
  if (style === "has") return { text: "" };
  if (style === "if") return value === true ? { text: "" } : undefined;
  if (style === "some" && Number(value) <= 0) return undefined;
  const text = formatValue(
    column,
    value,
    localeOf(column, row, locale),
    style === "short" ? "short" : "headline",
  );
  return style === "up" || style === "down" ? { text, tone: toneOf(value, style) } : { text };
}

/** Whether a change is good, when `better` is the good direction; 0 is neither. */
export function toneOf(value: unknown, better: "up" | "down"): "good" | "bad" | undefined {
  const change = Number(value);
  if (!change) return undefined;
  return change > 0 === (better === "up") ? "good" : "bad";
}
