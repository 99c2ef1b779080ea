import { z } from "zod";

const base = {
  /** Its name in the URL, and of its placeholder in the report's queries. */
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, "is a snake_case name"),
  label: z.string().min(1),
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
    /** What may be typed, in a few words. */
    hint: z.string(),
    /** What it has to look like, and how that is said to whoever typed something else. */
    pattern: z.strictObject({ source: z.string(), allowed: z.string() }).optional(),
    longest: z.number().int().positive().default(200),
  }),
  z.strictObject({
    kind: z.literal("day"),
    ...base,
    /** What the pill says while the URL names no day; the placeholder is NULL then. */
    nothing: z.string(),
    hint: z.string(),
  }),
]);

export type OwnParameter = z.output<typeof ownParameterSchema>;
