import type { Condition } from "../mapping/field.ts";

/** Compiles a condition: whether it holds for a row. Without one, it always does. */
export function compileOnly(only: Condition | undefined, header: readonly string[]) {
  if (!only) return () => true;
  const index = header.indexOf(only.column);
  const wanted = only.is && new Set(only.is);
  const unwanted = new Set(only.is_not ?? []);
  return (row: readonly string[]) => {
    const text = (row[index] ?? "").trim();
    return (wanted === undefined || wanted.has(text)) && !unwanted.has(text);
  };
}
