import { badParameter } from "../errors.ts";
import { single } from "./asked-days.ts";
import { isDay } from "./day.ts";
import type { OwnParameter } from "./own-parameter.ts";
import type { Binding, Bindings } from "./query.ts";

/** What the URL says of one of a report's own parameters. */
export interface OwnState {
  parameter: OwnParameter;
  values: string[];
  /** Whether it is what the report shows while the URL says nothing. */
  isUsual: boolean;
}

/** @throws TidemarkError `bad_parameter` for a value that the parameter does not take */
export const parseOwn = (parameters: readonly OwnParameter[], query: URLSearchParams): OwnState[] =>
  parameters.map((parameter) => {
    const { name } = parameter;
    if (parameter.kind === "text") {
      const text = single(query, name)?.trim();
      if (text) checkText(parameter, text);
      return { parameter, values: text ? [text] : [], isUsual: !text };
    }
    if (parameter.kind === "day") {
      const day = single(query, name);
      if (day && !isDay(day))
        throw badParameter(name, `${name}: "${day}" is not a day`, ["2026-01-31"]);
      return { parameter, values: day ? [day] : [], isUsual: !day };
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
    return { parameter, values, isUsual: String(values) === (usual ?? "") };
  });

function checkText(
  { name, pattern, longest }: Extract<OwnParameter, { kind: "text" }>,
  text: string,
): void {
  if (text.length > longest)
    throw badParameter(name, `${name}: takes at most ${longest} characters`);
  if (pattern && !new RegExp(`^(?:${pattern.source})$`).test(text))
    throw badParameter(name, `${name}: "${text}" is not ${pattern.allowed}`, [pattern.allowed]);
}

/** What the queries get a parameter of each kind as. */
export const ownTypes = { one: "text", many: "text[]", text: "text", day: "date" } as const;

/** One value, or an array of several; NULL where nothing is asked for. */
export const bindOwn = (states: readonly OwnState[]): Bindings =>
  Object.fromEntries(
    states.map(({ parameter: { name, kind }, values }): [string, Binding] => {
      const value = kind === "many" && values.length > 0 ? values : (values[0] ?? null);
      return [name, { type: ownTypes[kind], value }];
    }),
  );
