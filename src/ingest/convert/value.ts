import type { NumberFormat } from "../mapping/field.ts";
import type { Column } from "../plan/catalogue.ts";
import { type DateNotation, dateReader, timeReader } from "./date.ts";
import { remembering } from "./memory.ts";
import { integerReader, numberReader } from "./number.ts";
import { type Convert, listed, Refusal, shown } from "./refusal.ts";

/** How the file writes what is not text. */
export interface Notation extends DateNotation {
  number: NumberFormat | undefined;
  true: readonly string[] | undefined;
  false: readonly string[] | undefined;
}

const YES = ["true", "t", "yes", "y", "1"];
const NO = ["false", "f", "no", "n", "0"];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A reader of values for one column of a table. */
export function valueReader(column: Column, notation: Notation): Convert {
  switch (column.kind) {
    case "integer":
      return integerReader(notation.number, column.bytes);
    case "numeric":
      return numberReader(notation.number, column);
    case "boolean":
      return booleanReader(notation);
    case "date":
      return remembering(dateReader(notation));
    case "timestamp":
      return remembering(timeReader(notation));
    case "enum":
      return choiceReader(column.labels ?? []);
    case "uuid":
      return (text) => (UUID.test(text) ? text : new Refusal(`${shown(text)} is not a uuid`));
    case "json":
      return readJson;
    default:
      return (text) => text;
  }
}

/** A reader that takes the given words only. */
export function choiceReader(labels: readonly string[]): Convert {
  const allowed = new Set(labels);
  return (text) =>
    allowed.has(text) ? text : new Refusal(`${shown(text)} is not one of ${listed(labels)}`);
}

export function booleanReader(notation: Pick<Notation, "true" | "false">): Convert {
  const yes = new Set((notation.true ?? YES).map(lower));
  const no = new Set((notation.false ?? NO).map(lower));
  return (text) => {
    if (yes.has(lower(text))) return "true";
    if (no.has(lower(text))) return "false";
    return new Refusal(`${shown(text)} is neither true nor false: ${listed([...yes, ...no])}`);
  };
}

const lower = (text: string) => text.toLowerCase();

function readJson(text: string): string | Refusal {
  try {
    const value = JSON.parse(text);
    // JSON may name the character that PostgreSQL cannot hold.
    if (/\\u0000/.test(text)) throw new Error("null character");
    // A number beyond what JSON readers hold would be refused later, and with the whole file.
    if (JSON.stringify(value).includes("null") && !/\bnull\b/.test(text)) throw new Error("range");
    return text;
  } catch {
    return new Refusal(`${shown(text)} is not JSON`);
  }
}
