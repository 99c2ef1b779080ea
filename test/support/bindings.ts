import type { LoadedReport } from "../../src/reports/load.ts";
import { ownTypes } from "../../src/reports/own-state.ts";
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

const nothing = (name: string, type: SqlType) => [name, { type, value: null }] as const;

/** Every name that a query of a report may bind, without a value. */
export const nothingBound = ({ own, absent }: Pick<LoadedReport, "own" | "absent">): Bindings =>
  Object.fromEntries([
    ...Object.values(bindingsOf)
      .flat()
      .map((name) => nothing(name, typeOf(name))),
    ...own.map(({ name, kind }) => nothing(name, ownTypes[kind])),
    ...Object.entries(absent).map(([name, type]) => nothing(name, type)),
    nothing("cf", "jsonb"),
    nothing("sees_all", "boolean"),
    nothing("takes_sums", "boolean"),
    nothing("rows_before", "int"),
    nothing("rows_shown", "int"),
  ]);
