import { Courier } from "../../access/fields/courier.ts";
import {
  fieldNames,
  objectionTo,
  type Field as SensitiveField,
} from "../../access/fields/field.ts";
import type { FieldKey } from "../../access/fields/key.ts";
import { keyMissing } from "../../access/fields/trouble.ts";
import { badMapping } from "../../errors.ts";
import { dateReader } from "../convert/date.ts";
import { type Convert, Refusal } from "../convert/refusal.ts";
import type { Field } from "../mapping/field.ts";
import type { PlacedStep } from "../mapping/load.ts";
import { notationOf } from "./notation.ts";
import type { Output } from "./output.ts";
import type { FieldContext } from "./outputs.ts";
import { columnsOf, compileRead } from "./read.ts";

/** Sensitive fields that a step fills. */
export interface SecretsPlan {
  fields: { field: SensitiveField; column: string }[];
  /** Wraps the values for the staging table. */
  courier: Courier;
  /** The current key first. */
  keys: readonly [FieldKey, ...FieldKey[]];
}

/**
 * Plans a step's sensitive fields, and adds their columns to the outputs: wrapped, and never quoted where they cannot be taken.
 * @throws TidemarkError `bad_mapping`, `field_key_missing`
 */
export function planSecrets(
  step: PlacedStep,
  outputs: Output[],
  context: FieldContext,
  [key, ...olderKeys]: readonly FieldKey[],
): SecretsPlan | undefined {
  const entries = Object.entries(step.sensitive);
  if (entries.length === 0) return undefined;
  const where = `${step.where}.sensitive`;
  if (step.table !== "contacts") throw badMapping(where, "is for the table contacts only");
  if (!key) throw keyMissing("TIDEMARK_FIELD_KEY");
  const courier = new Courier();
  const fields = entries.map(([name, mapped]) => {
    const field = requireField(name, where);
    const output = planSecret(field, mapped, `${where}.${name}`, context, courier);
    outputs.push(output);
    return { field, column: output.name };
  });
  return { fields, courier, keys: [key, ...olderKeys] };
}

function requireField(name: string, where: string): SensitiveField {
  const field = fieldNames.find((known) => known === name);
  if (field) return field;
  throw badMapping(
    `${where}.${name}`,
    `is not a sensitive field; there are ${fieldNames.join(", ")}`,
    fieldNames,
  );
}

function planSecret(
  field: SensitiveField,
  mapped: Field,
  where: string,
  { header, blank, zone }: FieldContext,
  courier: Courier,
): Output {
  if (mapped.lookup) throw badMapping(`${where}.lookup`, `${field} points to no other record`);
  if (mapped.default !== undefined)
    throw badMapping(`${where}.default`, "a sensitive field has no default");
  const notation = notationOf(mapped, zone, where);
  const convert = field === "birth_date" ? dateReader(notation) : asItIs;
  const reader = compileRead(mapped, { header, blank, convert, onDefault: () => {} });
  const label = columnsOf(mapped)[0] ?? field;
  const refusal = (why: string) => new Refusal(`${why} (the value is not shown)`, label, "");
  return {
    name: `secret_${field}`,
    type: "bytea",
    label,
    isRequired: false,
    fallback: null,
    defaults: { text: undefined, count: 0, lacked: "" },
    raw: () => "",
    read: (row, line) => {
      const value = reader.read(row, line);
      if (value === null) return null;
      if (value instanceof Refusal) return refusal(`cannot be taken as ${field}`);
      const objection = objectionTo(field, value);
      return objection ? refusal(objection) : courier.wrap(value);
    },
  };
}

const asItIs: Convert = (text) => text;
