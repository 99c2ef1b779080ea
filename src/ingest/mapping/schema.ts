import { z } from "zod";
import { targetNames } from "../plan/targets.ts";
import { condition, customField, field } from "./field.ts";
import { flag, oneOf, strict, text, texts } from "./strict.ts";

const onlyOneCharacter = z
  .string({ error: "must be one character" })
  .length(1, { error: "must be one character" });

const file = z.preprocess(
  (raw) => (typeof raw === "string" ? { path: raw } : raw),
  strict({
    about: z.string().optional(),
    path: text,
    format: oneOf(["csv", "ndjson"]).optional(),
    encoding: oneOf(["utf-8", "utf-16le", "windows-1252", "latin1"]).default("utf-8"),
    delimiter: text.default(","),
    /** null: quotes are ordinary characters. */
    quote: onlyOneCharacter.nullable().default('"'),
    escape: onlyOneCharacter.optional(),
    /** false: columns are called "1", "2" and so on. */
    header: flag.default(true),
    skip_lines: z.number({ error: "must be a number of lines" }).int().min(0).default(0),
  }),
);

const columns = <Shape extends z.ZodType>(shape: Shape, what: string) =>
  z.record(z.string(), shape, { error: `must be an object of ${what}` });

const step = strict({
  about: z.string().optional(),
  name: text.optional(),
  file,
  table: oneOf(targetNames),
  columns: columns(field, "target columns and where their values come from"),
  custom_fields: columns(customField, "custom fields and where their values come from").default({}),
  sensitive: columns(field, "sensitive fields and where their values come from").default({}),
  other_columns: oneOf(["ignore", "custom_fields"]).default("ignore"),
  duplicates: oneOf(["reject", "first"]).default("reject"),
  only: condition.optional(),
  stage_history: z
    .array(strict({ stage: text, entered: field }), { error: "must be a list of stages" })
    .default([]),
  links: columns(field, "record kinds and how to find the record").default({}),
  signals: columns(field, "signal names and where their values come from").optional(),
});

/** A mapping file, as a user writes it. */
export const mapping = strict({
  about: z.string().optional(),
  source: text,
  zone: text.optional(),
  blank: texts("texts that mean blank").default([]),
  steps: z.array(step, { error: "must be a list of steps" }).min(1, {
    error: "must hold at least one step",
  }),
});

export type WrittenMapping = z.output<typeof mapping>;
export type Step = WrittenMapping["steps"][number];
export type FileFormat = Step["file"];
