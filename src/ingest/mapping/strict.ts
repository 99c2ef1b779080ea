import { z } from "zod";

/** An object whose unknown keys are refused together with the keys that it knows. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `${quoted(issue.keys as string[])} is not known here; allowed: ${known}`
        : `must be an object with ${known}`,
  });
}

/** One text out of a list; anything else is refused together with the list. */
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, { error: `must be one of ${values.join(", ")}` });

export const text = z.string({ error: "must be text" }).min(1, { error: "must not be empty" });

export const flag = z.boolean({ error: "must be true or false" });

export const texts = (what: string) =>
  z.array(z.string({ error: "must be text" }), { error: `must be a list of ${what}` });

const quoted = (keys: readonly string[]) => keys.map((key) => `"${key}"`).join(", ");
