import { dateReader } from "../convert/date.ts";
import { numberReader } from "../convert/number.ts";
import { type Convert, Refusal } from "../convert/refusal.ts";
import { booleanReader, choiceReader, type Notation } from "../convert/value.ts";
import type { CustomField } from "../mapping/field.ts";

/** Writes a custom field's value as JSON, in the type that the field declares. */
export function jsonReader(field: CustomField, notation: Notation): Convert {
  const asText =
    (convert: Convert): Convert =>
    (text) => {
      const value = convert(text);
      return value instanceof Refusal ? value : JSON.stringify(value);
    };
  switch (field.type) {
    case "number":
      return numberReader(notation.number, { precision: null, scale: null });
    case "boolean":
      return booleanReader(notation);
    case "date":
      return asText(dateReader(notation));
    case "choice":
      return asText(choiceReader(field.choices ?? []));
    default:
      return JSON.stringify;
  }
}

/** "emp.var.rate" → "emp_var_rate": a column's name as the key of a custom field. */
export const toKey = (column: string) =>
  column
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 63);
