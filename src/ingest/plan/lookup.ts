import type pg from "pg";
import { badMapping } from "../../errors.ts";
import { Refusal } from "../convert/refusal.ts";
import type { Notation } from "../convert/value.ts";
import { valueReader } from "../convert/value.ts";
import type { Lookup } from "../mapping/field.ts";
import { describeTable } from "./catalogue.ts";
import { type Finder, isTarget, targetOf } from "./targets.ts";

/** How a column's text becomes the key of another record. */
export interface LookupPlan {
  table: string;
  /** Word for one record. */
  one: string;
  by: string;
  finder: Finder;
  /** Source whose external ids are meant. */
  source: string;
  /** Values of a record that is created, by column; undefined: none is. */
  create: Readonly<Record<string, string>> | undefined;
  /** Whether any missing record is created, and not the placeholder alone. */
  createsAny: boolean;
  placeholder: string | undefined;
  isMissingBlank: boolean;
  /** Whether the records looked for may be in the same file. */
  isSelf: boolean;
}

/**
 * Checks a look-up against the tables.
 * @throws TidemarkError `bad_mapping`
 */
export async function planLookup(
  client: pg.ClientBase,
  lookup: Lookup,
  context: { table: string; into: string; source: string; notation: Notation; where: string },
): Promise<LookupPlan> {
  const { table, where } = context;
  const target = isTarget(table) ? targetOf(table) : undefined;
  const finders: Readonly<Record<string, Finder>> = target?.finders ?? {};
  const finder = Object.hasOwn(finders, lookup.by) ? finders[lookup.by] : undefined;
  if (!target || !finder) {
    const allowed = Object.keys(finders);
    throw badMapping(
      `${where}.lookup.by`,
      `${table} are found by ${allowed.join(" or ") || "nothing"}, not by "${lookup.by}"`,
      allowed,
    );
  }
  const isCreated = lookup.create !== false || lookup.when_blank !== undefined;
  return {
    table,
    one: target.one,
    by: lookup.by,
    finder,
    source: lookup.source ?? context.source,
    create: isCreated ? await planCreate(client, lookup, finder, context) : undefined,
    createsAny: lookup.create !== false,
    placeholder: lookup.when_blank,
    isMissingBlank: lookup.when_missing === "blank",
    isSelf: table === context.into,
  };
}

async function planCreate(
  client: pg.ClientBase,
  lookup: Lookup,
  finder: Finder,
  { table: name, notation, where }: { table: string; notation: Notation; where: string },
) {
  const given = typeof lookup.create === "object" ? lookup.create : {};
  const place = `${where}.lookup.create`;
  if (finder.fills === undefined) {
    throw badMapping(place, `a new record of ${name} cannot be made from its ${lookup.by} alone`);
  }
  const table = await describeTable(client, name);
  const values: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    const column = table.columns.get(key);
    if (!column || column.isGenerated || column.pointsTo || column.kind === undefined) {
      throw badMapping(`${place}.${key}`, `${name} have no such column to fill`);
    }
    const converted = valueReader(column, notation)(String(value));
    if (converted instanceof Refusal) throw badMapping(`${place}.${key}`, converted.reason);
    values[key] = converted;
  }
  for (const column of table.columns.values()) {
    const isFilled =
      column.name === finder.fills || column.name in values || column.name === lookup.by;
    if (column.isRequired && column.fallback === null && !column.isGenerated && !isFilled) {
      throw badMapping(place, `a new record of ${name} needs a value for "${column.name}"`);
    }
  }
  return values;
}
