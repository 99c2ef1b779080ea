import type pg from "pg";
import { badMapping } from "../../errors.ts";
import { Refusal } from "../convert/refusal.ts";
import { type CustomField, customField } from "../mapping/field.ts";
import { jsonReader, toKey } from "./custom-fields.ts";
import { notationOf } from "./notation.ts";
import type { CustomOutput, Output } from "./output.ts";
import type { FieldContext } from "./outputs.ts";
import { columnsOf, compileRead } from "./read.ts";

const KEY = /^[a-z][a-z0-9_]{0,62}$/;

/** Custom fields out of the file's left-over columns, all of them text. */
export const leftovers = (columns: readonly string[]): Record<string, CustomField> =>
  Object.fromEntries(
    columns.map((name) => [toKey(name), customField.parse({ column: name, label: name })]),
  );

/** Plans the custom fields of a step. @throws TidemarkError `bad_mapping` */
export async function planCustomFields(
  fields: Readonly<Record<string, CustomField>>,
  where: string,
  context: FieldContext,
): Promise<CustomOutput[]> {
  const { client, into, header, blank, zone } = context;
  const existing = await definitions(client, into);
  return Object.entries(fields).map(([key, field]) => {
    const place = `${where}.custom_fields.${key}`;
    if (!KEY.test(key)) {
      throw badMapping(
        place,
        "a key begins with a small letter and goes on with small letters, digits and _",
      );
    }
    const declared = {
      ...field,
      choices: field.choices ?? existing.get(key)?.allowed ?? undefined,
    };
    const type = existing.get(key)?.type ?? field.type;
    if (type !== field.type) throw badMapping(`${place}.type`, `is ${type} for ${into} already`);
    if (type === "choice" && !declared.choices?.length) {
      throw badMapping(`${place}.choices`, "must list the allowed values");
    }
    const convert = jsonReader(declared, notationOf(field, zone, place));
    const reader = compileRead(field, { header, blank, convert, onDefault: () => {} });
    return { ...reader, key, label: columnsOf(field)[0] ?? key, field: declared };
  });
}

async function definitions(client: pg.ClientBase, entity: string) {
  const { rows } = await client.query<{ key: string; type: string; allowed: string[] | null }>(
    `SELECT key, data_type::text AS type, allowed_values AS allowed
    FROM crm.custom_field_definitions WHERE entity = $1`,
    [entity],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** Writes a row's custom fields as one JSON object; blank ones are left out. */
export function customOutput(customs: readonly CustomOutput[]): Output {
  return {
    name: "custom_fields",
    type: "jsonb",
    label: "custom_fields",
    isRequired: false,
    fallback: "'{}'::jsonb",
    defaults: { text: undefined, count: 0, lacked: "" },
    raw: () => "",
    read: (row, line) => {
      const parts: string[] = [];
      for (const { key, label, read, raw } of customs) {
        const value = read(row, line);
        if (value instanceof Refusal)
          return new Refusal(`${key}: ${value.reason}`, label, raw(row, line));
        if (value !== null) parts.push(`${JSON.stringify(key)}:${value}`);
      }
      return `{${parts.join(",")}}`;
    },
  };
}
