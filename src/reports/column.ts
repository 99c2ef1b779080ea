import { z } from "zod";

/** What a value is, so that every format writes it in the same way. Rates run from 0 to 1. */
export const columnTypes = [
  "text",
  /** A name that a machine gave, such as call_score: pages write it in words. */
  "name",
  "id",
  /** What was said around words that were searched for, which stand in « and ». */
  "excerpt",
  "boolean",
  "date",
  /** A month, as its first day. */
  "month",
  "time",
  "count",
  "amount",
  "number",
  "rate",
  "change",
  "points",
  "ratio",
  "days",
  /** A length of time in hours, which pages write as minutes, hours or days. */
  "hours",
  /** Time spent, in seconds, which pages write as minutes and hours, however many: 286 hours of calls are no 12 days. */
  "spent",
  "p_value",
] as const;

export type ColumnType = (typeof columnTypes)[number];

export const columnSchema = z.strictObject({
  /** The name in SQL, CSV and JSON. */
  key: z.string().regex(/^[a-z][a-z0-9_]*$/, "is a snake_case name"),
  label: z.string().min(1),
  type: z.enum(columnTypes),
  /** Shown after the label where the type alone does not say it, such as "per week". */
  unit: z.string().optional(),
  /** Of an amount: the column with its currency, where rows have several; left out, the currency of the page. */
  currency: z.string().optional(),
  /** Decimals shown on a page for a `number`; exports are always exact. */
  digits: z.number().int().min(0).max(6).optional(),
  /** What the figure means and how it treats edge cases, in the reader's words. */
  definition: z.string().min(12),
});

export type Column = z.infer<typeof columnSchema>;

const textual = new Set<ColumnType>([
  "text",
  "name",
  "id",
  "excerpt",
  "boolean",
  "date",
  "month",
  "time",
]);

/** Whether values of the column are numbers: right-aligned on pages, bare in JSON. */
export const isNumeric = (type: ColumnType): boolean => !textual.has(type);
