import { badMapping } from "../../errors.ts";
import { Refusal, shown } from "../convert/refusal.ts";
import { field } from "../mapping/field.ts";
import type { PlacedStep } from "../mapping/load.ts";
import type { Column, Table } from "./catalogue.ts";
import type { Output } from "./output.ts";
import type { Target } from "./targets.ts";

/** Columns that the import or the database fills, and nobody else. */
const KEPT = new Set(["id", "source", "updated_at", "custom_fields"]);

const isOpen = (column: Column) =>
  !KEPT.has(column.name) && !column.isGenerated && column.kind !== undefined;

/** The column of that name, if a mapping may fill it. @throws TidemarkError `bad_mapping`, naming those it may */
export function requireColumn(table: Table, name: string, where: string): Column {
  const column = table.columns.get(name);
  if (column && isOpen(column)) return column;
  const allowed = [...table.columns.values()].filter(isOpen).map((open) => open.name);
  throw badMapping(
    where,
    `${table.name} have no such column; allowed: ${allowed.join(", ")}`,
    allowed,
  );
}

/** A step's columns with the key complete. @throws TidemarkError `bad_mapping` */
export function withKey(step: PlacedStep, target: Target) {
  const columns = { ...step.columns };
  for (const name of target.key) {
    if (name === "source" || name in columns) continue;
    const constant = target.keyDefaults?.[name];
    if (constant === undefined) {
      throw badMapping(
        `${step.where}.columns`,
        `${name} is missing: it tells the next import which ${target.one} is which`,
      );
    }
    columns[name] = field.parse({ constant });
  }
  return columns;
}

/** @throws TidemarkError `bad_mapping` when a column that every row needs is left out */
export function requireFilled(table: Table, outputs: readonly Output[], where: string) {
  for (const column of table.columns.values()) {
    const isFilled =
      column.name === "source" || outputs.some((output) => output.name === column.name);
    if (isFilled || !column.isRequired || column.fallback !== null || !isOpen(column)) continue;
    if (column.isIdentity) continue;
    throw badMapping(
      `${where}.columns`,
      `${column.name} is missing: every row of ${table.name} needs it`,
    );
  }
}

/** What an index can hold, whatever the characters. */
const LONGEST_KEY = 500;

/** A key is never blank, and short enough for its index. */
export function asKey(output: Output): Output {
  const read: Output["read"] = (row, line) => {
    const value = output.read(row, line);
    if (typeof value !== "string" || value.length <= LONGEST_KEY) return value;
    return new Refusal(`${shown(value)} is longer than ${LONGEST_KEY} characters`);
  };
  return { ...output, read, isRequired: true };
}
