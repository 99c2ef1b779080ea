import type pg from "pg";
import { queryAgain } from "../db/prepared.ts";
import { badParameter } from "../errors.ts";
import type { Planned } from "./audience.ts";
import type { ParameterName } from "./parameter-names.ts";
import type { SqlType } from "./query.ts";
import { inWords } from "./words.ts";

/** A value that a parameter accepts, and how people call it. */
export interface Option {
  value: string;
  label: string;
}

export type ChoiceName = Exclude<ParameterName, "period" | "compare">;

interface Choice {
  label: string;
  /** What the pill says while nothing is chosen. */
  everything: string;
  sqlType: SqlType;
  /** The labels are names that a machine gave, to be shown in words. */
  inWords?: boolean;
  /** Where the options come from: a list of their own; else from what the report's records have. */
  from?: List;
}

interface List {
  /** Gives `value` and `label` in reading order. */
  query: string;
}

const many = { everything: "All", sqlType: "text[]" } as const;
const NOBODY = "00000000-0000-0000-0000-000000000000";

export const choices: Record<ChoiceName, Choice> = {
  team: {
    label: "Team",
    ...many,
    from: {
      query: `
        (SELECT name AS value, name AS label FROM reporting.teams ORDER BY name)
        UNION ALL SELECT '(none)', '(none)'`,
    },
  },
  owner: {
    label: "Owner",
    ...many,
    sqlType: "uuid[]",
    from: {
      query: `
        (SELECT user_id::text AS value, name AS label FROM reporting.users ORDER BY name, user_id)
        UNION ALL SELECT '${NOBODY}', '(none)'`,
    },
  },
  industry: { label: "Industry", ...many },
  source: { label: "Source", ...many },
  product: { label: "Product", ...many },
  stage: {
    label: "Stage",
    ...many,
    from: {
      query: "SELECT stage AS value, stage AS label FROM reporting.stages ORDER BY position",
    },
  },
  currency: { label: "Currency", everything: "", sqlType: "text" },
  // Their names are a machine's.
  signal: { label: "Signal", ...many, inWords: true },
};

/** What the rows of a report are of: they decide what there is to filter by. */
export const recordKinds = ["deal", "lead", "case", "call", "outcome"] as const;

export type RecordKind = (typeof recordKinds)[number];

const valuesOf = (records: RecordKind): string => `reporting.${records}_values`;

/** The SQL that tells what the views behind the options are. */
export const sourceOfOptions = (name: ChoiceName, records: RecordKind): string =>
  choices[name].from?.query ?? valuesOf(records);

/** The options of each of the parameters. */
export async function readOptions(
  client: pg.PoolClient,
  names: readonly ChoiceName[],
  { records, planned }: { records: RecordKind; planned: Planned },
): Promise<Map<ChoiceName, Option[]>> {
  const found = new Map<ChoiceName, Option[]>();
  const isListed = (name: ChoiceName) => choices[name].from !== undefined;
  for (const name of names.filter(isListed)) {
    const rows = await queryAgain<Option>(client, planned(choices[name].from?.query ?? ""));
    found.set(name, rows);
  }
  const rest = names.filter((name) => !isListed(name));
  if (rest.length === 0) return found;
  const rows = await queryAgain<{ name: ChoiceName; value: string }>(
    client,
    planned(`SELECT name, value FROM ${valuesOf(records)} WHERE name IN ('${rest.join("', '")}')`),
  );
  for (const name of rest) {
    const values = rows.filter((row) => row.name === name).map((row) => row.value);
    values.sort((a, b) => a.localeCompare(b, "en"));
    const label = choices[name].inWords ? inWords : (value: string) => value;
    found.set(
      name,
      values.map((value) => ({ value, label: label(value) })),
    );
  }
  return found;
}

const MOST_NAMED = 25;

/**
 * The options that the values stand for. A value is matched first, then a label that only one option bears.
 * @throws TidemarkError `bad_parameter` with what is allowed, when a value is none of the options
 */
export function chooseOptions(
  name: string,
  values: readonly string[],
  options: Option[],
): Option[] {
  const chosen = values.map((value) => {
    const byLabel = options.filter((option) => option.label === value);
    const option = options.find((one) => one.value === value) ?? byLabel[0];
    if (option && (option.value === value || byLabel.length === 1)) return option;
    const problem = option ? `several are called "${value}"; use the id` : `there is no "${value}"`;
    const among = option ? byLabel.map((one) => one.value) : options.map((one) => one.label);
    throw badParameter(name, `${name}: ${problem}`, capped([...new Set(among)]));
  });
  return options.filter((option) => chosen.includes(option));
}

const capped = (names: string[]): string[] =>
  names.length <= MOST_NAMED
    ? names
    : [...names.slice(0, MOST_NAMED), `and ${names.length - MOST_NAMED} more`];
