import type pg from "pg";
import { badMapping } from "../../errors.ts";
import { valueReader } from "../convert/value.ts";
import type { Field } from "../mapping/field.ts";
import type { Column } from "./catalogue.ts";
import { planLookup } from "./lookup.ts";
import { notationOf } from "./notation.ts";
import type { Output } from "./output.ts";
import { columnsOf, compileRead, type Source } from "./read.ts";

/** What the fields of one step have in common. */
export interface FieldContext {
  client: pg.ClientBase;
  /** Table that the step writes. */
  into: string;
  source: string;
  header: readonly string[];
  blank: readonly string[];
  zone: string;
}

/** Plans one target column. @throws TidemarkError `bad_mapping` */
export async function planColumn(
  column: Column,
  field: Field,
  where: string,
  context: FieldContext,
): Promise<Output> {
  const pointsTo = column.pointsTo;
  if (pointsTo === null) {
    if (field.lookup)
      throw badMapping(`${where}.lookup`, `${column.name} points to no other record`);
    return planValue(column, field, where, context);
  }
  // Calls are known by their own id: there is one way to find them.
  const lookup = field.lookup ?? (pointsTo === "conversations" ? { by: "call_id" } : undefined);
  if (!lookup) {
    throw badMapping(
      where,
      `${column.name} points to ${pointsTo}: say by lookup how to find the record`,
    );
  }
  return planReference(
    column,
    pointsTo,
    { ...field, lookup: { ...defaults, ...lookup } },
    where,
    context,
  );
}

const defaults = { create: false, when_missing: "reject" } as const;

/** Plans a column that holds a value of its own. */
export function planValue(
  column: Column,
  field: Source,
  where: string,
  { header, blank, zone }: FieldContext,
): Output {
  const used = { text: field.default, count: 0, lacked: columnsOf(field).join(" or ") };
  const reader = compileRead(field, {
    header,
    blank,
    convert: valueReader(column, notationOf(field, zone, where)),
    onDefault: () => {
      used.count += 1;
    },
  });
  return {
    ...reader,
    name: column.name,
    type: column.type,
    label: columnsOf(field)[0] ?? column.name,
    isRequired: column.isRequired && column.fallback === null,
    fallback: column.fallback,
    defaults: used,
  };
}

/** Plans a column that points to another record: the text to look for is staged. */
export async function planReference(
  column: Pick<Column, "name" | "isRequired">,
  table: string,
  field: Field & { lookup: NonNullable<Field["lookup"]> },
  where: string,
  context: FieldContext,
): Promise<Output> {
  const { into, source, header, blank, zone, client } = context;
  const notation = notationOf(field, zone, where);
  const lookup = await planLookup(client, field.lookup, { table, into, source, notation, where });
  if (column.isRequired && lookup.isMissingBlank) {
    throw badMapping(
      `${where}.lookup.when_missing`,
      `${column.name} cannot be blank: use "reject"`,
    );
  }
  const used = { text: field.default, count: 0, lacked: columnsOf(field).join(" or ") };
  const onDefault = () => {
    used.count += 1;
  };
  const reader = compileRead(field, { header, blank, convert: (text) => text, onDefault });
  return {
    raw: reader.raw,
    read: (row, line) => reader.read(row, line) ?? lookup.placeholder ?? null,
    name: column.name,
    type: "text",
    label: columnsOf(field)[0] ?? column.name,
    isRequired: column.isRequired,
    fallback: null,
    lookup,
    defaults: used,
  };
}
