import { z } from "zod";
import { flag, oneOf, strict, text, texts } from "./strict.ts";

const plain = z.union([z.string(), z.number(), z.boolean()], {
  error: "must be text, a number, true or false",
});

const lookup = strict({
  /** What finds the other record. */
  by: text,
  /** Source whose external ids are meant; the mapping's own when left out. */
  source: text.optional(),
  /** Makes a record that is not there: `true`, or values for its other columns. */
  create: z
    .union([z.boolean(), z.record(z.string(), plain)], {
      error: "must be true, false or an object of columns and values for the new record",
    })
    .default(false),
  /** Name of the record under which rows without a value are filed. */
  when_blank: text.optional(),
  when_missing: oneOf(["reject", "blank"]).default("reject"),
});

const number = strict({
  decimal: text.default("."),
  group: text.optional(),
  /** Factor, such as 1000000 for figures in millions. */
  scale: z
    .union([z.number(), z.string()], { error: "must be a number" })
    .transform(String)
    .refine((scale) => /^-?\d+(\.\d+)?$/.test(scale), {
      error: 'must be a plain number such as 1000000 or "0.000001"',
    })
    .default("1"),
  /** Characters to leave out, such as "$%". */
  ignore: text.optional(),
  /** Rounds surplus decimal places instead of rejecting the row. */
  round: flag.default(false),
  /** Bounds, both included, after scaling. */
  min: z.number({ error: "must be a number" }).optional(),
  max: z.number({ error: "must be a number" }).optional(),
});

/** Which rows are meant: those with, or without, certain texts in a column. */
export const condition = strict({
  column: text,
  is: texts("values").optional(),
  is_not: texts("values").optional(),
});

const value = {
  about: z.string().optional(),
  column: z
    .union([text, z.array(text).min(1)], { error: "must be a column name or a list of them" })
    .transform((names) => (typeof names === "string" ? [names] : names))
    .optional(),
  constant: plain.transform(String).optional(),
  template: text.optional(),
  part: oneOf(["first_name", "last_name"]).optional(),
  trim: flag.default(true),
  blank: texts("texts that mean blank").optional(),
  map: z
    .record(z.string(), plain.nullable(), {
      error: "must be an object of values in the file and what they become (null: blank)",
    })
    .optional(),
  unmapped: oneOf(["keep", "reject", "blank"]).default("keep"),
  /** Rejects a blank: in every row, or in some. */
  required: z
    .union([z.boolean(), condition], {
      error: "must be true, false or an object with column and is or is_not",
    })
    .default(false),
  default: plain.transform(String).optional(),
  format: z
    .union([text, z.array(text).min(1)], { error: "must be a date format or a list of them" })
    .transform((formats) => (typeof formats === "string" ? [formats] : formats))
    .optional(),
  zone: text.optional(),
  number: number.optional(),
  true: texts("texts that mean true").optional(),
  false: texts("texts that mean false").optional(),
};

/** A bare text is short for a column. */
const fromColumn = (raw: unknown) => (typeof raw === "string" ? { column: raw } : raw);

const sources = ["column", "constant", "template"] as const;
const hasOneSource = (field: { [key in (typeof sources)[number]]?: unknown }) =>
  sources.filter((source) => field[source] !== undefined).length === 1;
const oneSource = { error: `needs exactly one of ${sources.join(", ")}` };

/** Where the value of a target column comes from, and what happens to it on the way. */
export const field = z.preprocess(
  fromColumn,
  strict({ ...value, lookup: lookup.optional() }).refine(hasOneSource, oneSource),
);

/** The same for a custom field, which declares its type as well. */
export const customField = z.preprocess(
  fromColumn,
  strict({
    ...value,
    type: oneOf(["text", "number", "boolean", "date", "choice"]).default("text"),
    label: text.optional(),
    choices: texts("allowed values").optional(),
  }).refine(hasOneSource, oneSource),
);

export type Condition = z.output<typeof condition>;
export type Field = z.output<typeof field>;
export type CustomField = z.output<typeof customField>;
export type Lookup = z.output<typeof lookup>;
export type NumberFormat = z.output<typeof number>;
