import { badParameter } from "../errors.ts";
import { single } from "./asked-days.ts";
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

/** One value or text as `text`, several as `text[]`; NULL where nothing is asked for. */
export const bindOwn = (states: readonly OwnState[]): Bindings =>
  Object.fromEntries(
    states.map(({ parameter, values }): [string, Binding] => [
      parameter.name,
      parameter.kind === "many"
        ? { type: "text[]", value: values.length > 0 ? values : null }
        : { type: "text", value: values[0] ?? null },
    ]),
  );
