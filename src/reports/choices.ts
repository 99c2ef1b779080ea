import type pg from "pg";
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
  /** Where the options come from: a column of the deals, or a list of their own. */
  from: { column: string } | List;
}

interface List {
  /** Gives `value` and `label` in reading order. */
  query: string;
  /** The labels are names that a machine gave, to be shown in words. */
  inWords?: boolean;
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
  industry: { label: "Industry", ...many, from: { column: "industry" } },
  source: { label: "Source", ...many, from: { column: "lead_source" } },
  product: { label: "Product", ...many, from: { column: "product_name" } },
  stage: { label: "Stage", ...many, from: { column: "stage" } },
  currency: { label: "Currency", everything: "", sqlType: "text", from: { column: "currency" } },
  signal: {
    label: "Signal",
    ...many,
    from: {
      inWords: true,
      query: `
        SELECT DISTINCT signal_name AS value, signal_name AS label
        FROM reporting.rep_weekly_scores
        ORDER BY 1`,
    },
  },
};

const DEALS = "reporting.sales_dashboard";

/** The SQL that tells what the views behind the options are. */
export const sourceOfOptions = (name: ChoiceName): string => {
  const { from } = choices[name];
  return "column" in from ? DEALS : from.query;
};

/** The options of each of the parameters. Those that are columns of the deals share one reading of them. */
export async function readOptions(
  client: pg.PoolClient,
  names: readonly ChoiceName[],
  planned: Planned,
): Promise<Map<ChoiceName, Option[]>> {
  const found = new Map<ChoiceName, Option[]>();
  const columns: string[] = [];
  for (const name of names) {
    const { from } = choices[name];
    if ("column" in from) columns.push(from.column);
    else found.set(name, await readList(client, from, planned));
  }
  if (columns.length === 0) return found;
  const sets = columns.map((column) => `(${column})`).join(", ");
  const { rows } = await client.query<Record<string, string | null>>(
    `SELECT ${columns.join(", ")} FROM ${planned(DEALS)}
     GROUP BY GROUPING SETS (${sets}) ORDER BY min(stage_position), ${columns.join(", ")}`,
  );
  for (const name of names) {
    const { from } = choices[name];
    if (!("column" in from)) continue;
    // Only stages have an order of their own; the rest are read by name.
    const values = rows.flatMap((row) => row[from.column] ?? []);
    if (name !== "stage") values.sort((a, b) => a.localeCompare(b, "en"));
    found.set(
      name,
      values.map((value) => ({ value, label: value })),
    );
  }
  return found;
}

async function readList(
  client: pg.PoolClient,
  { query, inWords: isMachineName }: List,
  planned: Planned,
) {
  const { rows } = await client.query<Option>(planned(query));
  return isMachineName ? rows.map(({ value, label }) => ({ value, label: inWords(label) })) : rows;
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
