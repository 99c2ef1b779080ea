import { namePart } from "../convert/name.ts";
import { type Convert, listed, Refusal, shown } from "../convert/refusal.ts";
import type { Field } from "../mapping/field.ts";
import { compileOnly } from "./only.ts";
import { compileTemplate, type Pick, templateColumns } from "./template.ts";

/** Reads one target column out of a row: text for PostgreSQL, null for blank, or why it cannot be taken. */
export type Read = (row: readonly string[], line: number) => string | null | Refusal;

/** Parts of a field that say where its text comes from, before its type matters. */
export type Source = Omit<Field, "lookup">;

export interface ReadOptions {
  header: readonly string[];
  /** Texts that mean blank everywhere. */
  blank: readonly string[];
  convert: Convert;
  /** Called for each row that took the field's default. */
  onDefault: () => void;
}

/** Columns of the file that a field reads. */
export function columnsOf(field: Source): string[] {
  if (field.column) return field.column;
  return field.template ? templateColumns(field.template) : [];
}

/** A compiled field: the value for the database, and the text in the file for messages. */
export interface Reader {
  read: Read;
  raw: Pick;
}

/** Puts a field's steps in order: pick, trim, blank, part, map, default, convert. */
export function compileRead(field: Source, options: ReadOptions): Reader {
  const pick = compilePick(field, options.header);
  const blanks = new Set([...options.blank, ...(field.blank ?? [])]);
  const translate = compileMap(field);
  const { convert, onDefault } = options;
  const { trim, part } = field;
  const isRequired = compileRequired(field, options.header);
  const what = columnsOf(field).join(" or ");
  const ending = (text: string | null | undefined, row: readonly string[]) => {
    if (text !== null && text !== undefined && text !== "") return convert(text);
    if (isRequired?.(row)) return new Refusal(`${what} is blank, and the mapping requires it`);
    if (field.default === undefined) return null;
    onDefault();
    return convert(field.default);
  };
  const read: Read = (row, line) => {
    let text = pick(row, line);
    if (trim) text = text.trim();
    if (blanks.has(text)) text = "";
    if (part && text !== "") text = namePart(text, part);
    if (text !== "" && !isStorable(text)) return new Refusal(unreadable(text));
    if (text === "" && translate === undefined) return ending("", row);
    const translated = translate ? translate(text) : text;
    return translated instanceof Refusal ? translated : ending(translated, row);
  };
  return { read, raw: pick };
}

function compileRequired({ required }: Source, header: readonly string[]) {
  if (required === false) return undefined;
  return compileOnly(required === true ? undefined : required, header);
}

function compilePick(field: Source, header: readonly string[]): Pick {
  const pickColumn = (name: string): Pick => {
    const index = header.indexOf(name);
    return (row) => row[index] ?? "";
  };
  if (field.constant !== undefined) {
    const { constant } = field;
    return () => constant;
  }
  if (field.template !== undefined) return compileTemplate(field.template, pickColumn);
  const picks = (field.column ?? []).map(pickColumn);
  const [only] = picks;
  if (only && picks.length === 1) return only;
  return (row, line) => {
    for (const pick of picks) {
      const text = pick(row, line);
      if (text.trim() !== "") return text;
    }
    return "";
  };
}

function compileMap({ map, unmapped }: Source) {
  if (!map) return undefined;
  const known = new Map(
    Object.entries(map).map(([from, to]) => [from, to === null ? null : String(to)] as const),
  );
  return (text: string): string | null | Refusal => {
    const to = known.get(text);
    if (to !== undefined) return to;
    if (unmapped === "keep" || text === "") return text;
    if (unmapped === "blank") return null;
    return new Refusal(`${shown(text)} is not in the value map: ${listed([...known.keys()])}`);
  };
}

/** PostgreSQL holds every character but one; U+FFFD is what a byte of another encoding turns into. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is the character in question
const UNSTORABLE = /[\u0000\ufffd]/;
const isStorable = (text: string) => !UNSTORABLE.test(text);

const unreadable = (text: string) =>
  text.includes("\ufffd")
    ? `${shown(text)} holds bytes that are not of the file's encoding`
    : "holds a null character";
