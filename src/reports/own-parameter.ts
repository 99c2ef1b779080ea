import { z } from "zod";

const base = {
  /** Its name in the URL, and of its placeholder in the report's queries. */
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, "is a snake_case name"),
  label: z.string().min(1),
  /** Set by links alone, such as the key of a record: it has a pill only while it is set. */
  isQuiet: z.boolean().default(false),
};

const typed = {
  /** What may be typed, in a few words. */
  hint: z.string(),
  longest: z.number().int().positive().default(200),
};

const option = z.strictObject({ value: z.string().min(1), label: z.string().min(1) });

/** A parameter that one report has for itself. Reports that share its name mean the same by it. */
export const ownParameterSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("one"),
    ...base,
    options: z.array(option).min(1),
    /** The value while the URL says nothing; left out: the placeholder is NULL, and the pill says `everything`. */
    usual: z.string().optional(),
    everything: z.string().default("All"),
  }),
  z.strictObject({
    kind: z.literal("many"),
    ...base,
    options: z.array(option).min(1),
    everything: z.string().default("All"),
  }),
  z.strictObject({
    kind: z.literal("text"),
    ...base,
    ...typed,
    /** What it has to look like, and how that is said to whoever typed something else. */
    pattern: z.strictObject({ source: z.string(), allowed: z.string() }).optional(),
  }),
  z.strictObject({
    kind: z.literal("day"),
    ...base,
    /** What the pill says while the URL names no day; the placeholder is NULL then. */
    nothing: z.string(),
    hint: z.string(),
  }),
  /** Words that a text is searched for, as `websearch_to_tsquery` reads them. */
  z.strictObject({ kind: z.literal("words"), ...base, ...typed }),
  /** A JSON object that a document has to contain. The placeholder is `jsonb`. */
  z.strictObject({ kind: z.literal("object"), ...base, ...typed }),
  /** A signal and what its score has to be, as `call_score>=7`. The placeholder is `jsonb`: signal, operator, value. */
  z.strictObject({ kind: z.literal("score"), ...base, ...typed }),
]);

export type OwnParameter = z.output<typeof ownParameterSchema>;

/** One that takes a text. */
export type TypedParameter = Extract<OwnParameter, { kind: "text" | "words" | "object" | "score" }>;

export const isTyped = (parameter: OwnParameter): parameter is TypedParameter =>
  ["text", "words", "object", "score"].includes(parameter.kind);
