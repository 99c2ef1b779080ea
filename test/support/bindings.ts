import type { Bindings, SqlType } from "../../src/reports/query.ts";
import { bindingsOf } from "../../src/reports/state.ts";

const types: Partial<Record<SqlType, RegExp>> = {
  date: /_from|_to$|_through|today/,
  int: /days/,
  "uuid[]": /owner/,
  text: /currency/,
};

const typeOf = (name: string): SqlType =>
  (Object.entries(types).find(([, names]) => names.test(name))?.[0] ?? "text[]") as SqlType;

/** Every name that a query may bind, without a value. */
export const nothingBound: Bindings = Object.fromEntries(
  Object.values(bindingsOf)
    .flat()
    .map((name) => [name, { type: typeOf(name), value: null }]),
);
