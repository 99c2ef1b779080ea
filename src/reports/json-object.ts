import { badParameter } from "../errors.ts";

const ALLOWED = ['{"language":"en"}'];

/**
 * Makes sure that a text is a JSON object that documents can be searched for, and that PostgreSQL takes it.
 * @throws TidemarkError `bad_parameter`
 */
export function refuseOtherThanObject(parameter: string, text: string): void {
  const refuse = (problem: string): never => {
    throw badParameter(parameter, `${parameter}: ${problem}`, ALLOWED);
  };
  let values = 0;
  const check = (key: string, value: unknown): unknown => {
    if ([key, value].some((one) => typeof one === "string" && !isStorable(one)))
      refuse("takes no zero bytes and no halves of characters");
    if (typeof value === "number" && !Number.isFinite(value)) refuse("a number in it is too large");
    if (typeof value !== "object" || value === null) values += 1;
    return value;
  };
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    refuse("is not a JSON object");
  }
  if (typeof found !== "object" || found === null || Array.isArray(found))
    refuse("is not a JSON object");
  JSON.parse(text, check);
  // Every document contains an empty object.
  if (values === 0) refuse("has no value to look for");
}

const isStorable = (text: string): boolean => !text.includes("\0") && text.isWellFormed();
