import type { Request } from "express";
import { badParameter } from "../../errors.ts";

/**
 * The parameters of a list, empty ones left out, as forms send them.
 * @throws TidemarkError `bad_parameter` for one that the list does not take, or takes once
 */
export function parametersOf<Name extends string>(
  request: Request,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const query = new URL(request.url, "http://localhost").searchParams;
  const found: Partial<Record<Name, string>> = {};
  for (const [name, value] of query) {
    if (!isOneOf(name, names)) throw badParameter(name, `${name}: there is no such filter`, names);
    if (found[name] !== undefined) throw badParameter(name, `${name}: takes one value`);
    // PostgreSQL's text has no NUL.
    const text = value.replaceAll("\0", "").trim();
    if (text !== "") found[name] = text;
  }
  return found;
}

const isOneOf = <Name extends string>(name: string, names: readonly Name[]): name is Name =>
  (names as readonly string[]).includes(name);

/** @throws TidemarkError `bad_parameter` for what is no number of a page */
export function pageNumber(text = "1"): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw badParameter("page", "page: is a number from 1 on");
  return Number(text);
}
