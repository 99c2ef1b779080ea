import { type Column, type ColumnType, isNumeric } from "../../reports/column.ts";
import type { Report } from "../../reports/define.ts";
import type { ReportingView } from "../../reports/views.ts";
import type { Schema } from "./types.ts";

const formats: Partial<Record<ColumnType, string>> = {
  date: "date",
  month: "date",
  time: "date-time",
};

const units: Partial<Record<ColumnType, string>> = {
  amount: "in the currency asked for",
  rate: "0 to 1",
  change: "share: 0.1 is 10 % more",
  points: "difference of two shares: 0.1 is 10 percentage points",
  ratio: "times",
  days: "days",
  hours: "hours",
  spent: "seconds",
  p_value: "0 to 1",
  month: "first day of the month",
  time: "UTC",
};

/** The unit of a column, in words; undefined for texts, days and plain counts. */
export const unitOf = ({ type, unit }: Column): string | undefined =>
  [units[type], unit].filter(Boolean).join(", ") || undefined;

const typeOf = (type: ColumnType): string => {
  if (type === "boolean") return "boolean";
  if (type === "count") return "integer";
  return isNumeric(type) ? "number" : "string";
};

/** A row of a section, as JSON has it: the same keys in each, null where there is no value. */
export const rowSchema = (section: Report["sections"][number]): Schema => ({
  title: section.title,
  ...objectOf(section.columns, (column) => {
    const format = formats[column.type];
    const unit = unitOf(column);
    return {
      title: column.label,
      description: column.definition,
      type: [typeOf(column.type), "null"],
      ...(format && { format }),
      ...(unit && { "x-unit": unit }),
    };
  }),
});

const sqlTypes: Readonly<Record<string, Schema>> = {
  bigint: { type: ["integer", "null"], format: "int64" },
  integer: { type: ["integer", "null"], format: "int32" },
  boolean: { type: ["boolean", "null"] },
  date: { type: ["string", "null"], format: "date" },
  "timestamp with time zone": { type: ["string", "null"], format: "date-time" },
  uuid: { type: ["string", "null"], format: "uuid" },
  text: { type: ["string", "null"] },
  "double precision": { type: ["number", "null"], format: "double" },
};

/** A row of a view that BI tools read in the database. */
export const viewSchema = ({ description, columns }: ReportingView): Schema => ({
  description,
  ...objectOf(
    columns.map((column) => ({ ...column, key: column.name })),
    (column) => ({
      description: column.description,
      ...(sqlTypes[column.type] ?? { type: ["number", "null"] }),
      "x-sql-type": column.type,
    }),
  ),
});

const objectOf = <C extends { key: string }>(
  columns: readonly C[],
  schemaOf: (column: C) => Schema,
): Schema => ({
  type: "object",
  properties: Object.fromEntries(columns.map((column) => [column.key, schemaOf(column)])),
  required: columns.map(({ key }) => key),
  additionalProperties: false,
});
