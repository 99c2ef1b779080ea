import { badParameter } from "../errors.ts";
import type { Option } from "./choices.ts";

/** Calls whose newest score for the signal is such; without an operator, those that have one at all. */
export interface ScoreCondition {
  signal: string;
  operator?: string;
  /** As it was typed, so that no digit is lost. */
  value?: string;
}

// A signal may have any name: it ends where an operator with a number follows.
const FORM = /^(.+?)\s*(>=|<=|[<>=≥≤])\s*([-−]?\d{1,15}(?:\.\d{1,15})?)$/;

const PLAIN: Readonly<Record<string, string>> = { "≥": ">=", "≤": "<=" };

/**
 * Reads `call_score>=7`: one of the signals, by its name or as pages write it, and what its score has to be.
 * @throws TidemarkError `bad_parameter` that says what is allowed
 */
export function parseScore(
  parameter: string,
  text: string,
  signals: readonly Option[],
): ScoreCondition {
  const find = (name: string) => signals.find((one) => one.value === name || one.label === name);
  const whole = find(text);
  if (whole) return { signal: whole.value };
  const [, name = "", operator, value] = FORM.exec(text) ?? [];
  const signal = find(name);
  if (signal && operator !== undefined && value !== undefined)
    return {
      signal: signal.value,
      operator: PLAIN[operator] ?? operator,
      value: value.replace("−", "-"),
    };
  throw badParameter(
    parameter,
    `${parameter}: "${text}" is not a signal, alone or with >, >=, =, <= or < and a number`,
    signals.flatMap(({ value }) => [value, `${value}>=7`]),
  );
}

/** As in the URL. */
export const writeScore = ({ signal, operator = "", value = "" }: ScoreCondition): string =>
  `${signal}${operator}${value}`;
