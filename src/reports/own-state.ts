import { badParameter } from "../errors.ts";
import { single } from "./asked-days.ts";
import type { Option } from "./choices.ts";
import { isDay } from "./day.ts";
import { refuseOtherThanObject } from "./json-object.ts";
import { isTyped, type OwnParameter, type TypedParameter } from "./own-parameter.ts";
import type { Binding, Bindings } from "./query.ts";
import { parseScore, writeScore } from "./score-condition.ts";

/** What the URL says of one of a report's own parameters. */
export interface OwnState {
  parameter: OwnParameter;
  values: string[];
  /** Whether it is what the report shows while the URL says nothing. */
  isUsual: boolean;
  /** What the queries get; null where nothing is asked for. */
  bound: unknown;
}

/**
 * @param signals that a score may be asked of
 * @throws TidemarkError `bad_parameter` for a value that the parameter does not take
 */
export const parseOwn = (
  parameters: readonly OwnParameter[],
  query: URLSearchParams,
  signals: readonly Option[],
): OwnState[] =>
  parameters.map((parameter) => {
    const { name } = parameter;
    if (isTyped(parameter)) {
      const text = single(query, name)?.trim();
      if (!text) return { parameter, values: [], isUsual: true, bound: null };
      const { value, bound } = parseTyped(parameter, text, signals);
      return { parameter, values: [value], isUsual: false, bound };
    }
    if (parameter.kind === "day") {
      const day = single(query, name);
      if (day && !isDay(day))
        throw badParameter(name, `${name}: "${day}" is not a day`, ["2026-01-31"]);
      return { parameter, values: day ? [day] : [], isUsual: !day, bound: day ?? null };
    }
    const options = parameter.options.map(({ value }) => value);
    const usual = parameter.kind === "one" ? parameter.usual : undefined;
    const asked =
      parameter.kind === "one"
        ? [single(query, name) ?? usual ?? []].flat()
        : query.getAll(name).filter((value) => value !== "");
    const stranger = asked.find((value) => !options.includes(value));
    if (stranger !== undefined)
      throw badParameter(name, `${name}: there is no "${stranger}"`, options);
    const values = options.filter((value) => asked.includes(value));
    const bound = parameter.kind === "many" && values.length > 0 ? values : (values[0] ?? null);
    return { parameter, values, isUsual: String(values) === (usual ?? ""), bound };
  });

function parseTyped(
  parameter: TypedParameter,
  text: string,
  signals: readonly Option[],
): { value: string; bound: string } {
  const { name, kind, longest } = parameter;
  if (text.length > longest)
    throw badParameter(name, `${name}: takes at most ${longest} characters`);
  if (text.includes("\0")) throw badParameter(name, `${name}: takes no zero bytes`);
  if (kind === "score") {
    const condition = parseScore(name, text, signals);
    return { value: writeScore(condition), bound: JSON.stringify(condition) };
  }
  if (kind === "object") refuseOtherThanObject(name, text);
  if (kind === "text" && parameter.pattern) {
    const { source, allowed } = parameter.pattern;
    if (!new RegExp(`^(?:${source})$`).test(text))
      throw badParameter(name, `${name}: "${text}" is not ${allowed}`, [allowed]);
  }
  return { value: text, bound: text };
}

/** What the queries get a parameter of each kind as. */
export const ownTypes = {
  one: "text",
  many: "text[]",
  text: "text",
  day: "date",
  words: "text",
  object: "jsonb",
  score: "jsonb",
} as const;

/** By name; NULL where nothing is asked for. */
export const bindOwn = (states: readonly OwnState[]): Bindings =>
  Object.fromEntries(
    states.map(({ parameter: { name, kind }, bound }): [string, Binding] => [
      name,
      { type: ownTypes[kind], value: bound },
    ]),
  );
