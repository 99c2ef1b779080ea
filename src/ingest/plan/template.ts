import { namePart, slug } from "../convert/name.ts";

/** Reads the text of one column of a row. */
export type Pick = (row: readonly string[], line: number) => string;

const HOLE = /\{([^{}]*)\}/g;

const FILTERS: Readonly<Record<string, (text: string) => string>> = {
  first: (text) => namePart(text, "first_name"),
  last: (text) => namePart(text, "last_name"),
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  slug,
};

interface Hole {
  column: string;
  filters: string[];
  /** Text for a blank. */
  instead: string | undefined;
}

function toHole(inside: string): Hole {
  const [column = "", ...filters] = inside.split("|").map((part) => part.trim());
  const instead = filters
    .find((filter) => filter.startsWith("or:"))
    ?.slice(3)
    .trim();
  return { column, filters: filters.filter((filter) => !filter.startsWith("or:")), instead };
}

const holesOf = (template: string) =>
  [...template.matchAll(HOLE)].map(([, inside = ""]) => toHole(inside));

/** Columns that a template reads; `line` is the line number and no column. */
export const templateColumns = (template: string) =>
  holesOf(template)
    .map((hole) => hole.column)
    .filter((column) => column !== "line");

/** Says what is wrong with a template, or nothing. */
export function templateProblem(template: string): string | undefined {
  for (const { column, filters } of holesOf(template)) {
    if (column === "") return "has empty braces";
    const unknown = filters.find((filter) => !Object.hasOwn(FILTERS, filter));
    if (unknown !== undefined) {
      return `does not know "${unknown}"; allowed after a column: ${Object.keys(FILTERS).join(", ")}, or:TEXT`;
    }
  }
  return undefined;
}

/**
 * Compiles a template such as "{agent|slug}@example.com". A blank column makes the whole text blank,
 * unless the hole names a text instead: "{account|or:nobody}".
 */
export function compileTemplate(template: string, pickColumn: (name: string) => Pick): Pick {
  const texts = template.split(/\{[^{}]*\}/);
  const holes = holesOf(template).map(({ column, filters, instead }) => {
    const pick: Pick = column === "line" ? (_row, line) => String(line) : pickColumn(column);
    return (row: readonly string[], line: number) => {
      const raw = pick(row, line).trim();
      const text = filters.reduce((text, filter) => FILTERS[filter]?.(text) ?? text, raw);
      return text === "" ? instead : text;
    };
  });
  return (row, line) => {
    let result = texts[0] ?? "";
    for (let i = 0; i < holes.length; i += 1) {
      const text = holes[i]?.(row, line);
      if (text === undefined) return "";
      result += text + (texts[i + 1] ?? "");
    }
    return result;
  };
}
