import type pg from "pg";
import { badParameter } from "../errors.ts";
import type { ParameterName } from "./parameter-names.ts";
import type { SqlType } from "./query.ts";

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
  /** Lists the options as `value` and `label`, in the order in which people read them. */
  options: string;
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

const dealColumn = (column: string) =>
  `SELECT DISTINCT ${column} AS value, ${column} AS label FROM reporting.sales_dashboard ORDER BY 1`;

export const choices: Record<ChoiceName, Choice> = {
  team: {
    label: "Team",
    everything: "All",
    sqlType: "text[]",
    options:
      "(SELECT name AS value, name AS label FROM reporting.teams ORDER BY name) UNION ALL SELECT '(none)', '(none)'",
  },
  owner: {
    label: "Owner",
    everything: "All",
    sqlType: "uuid[]",
    options: `(SELECT user_id::text AS value, name AS label FROM reporting.users ORDER BY name, user_id) UNION ALL SELECT '${NOBODY}', '(none)'`,
  },
  industry: {
    label: "Industry",
    everything: "All",
    sqlType: "text[]",
    options: dealColumn("industry"),
  },
  source: {
    label: "Source",
    everything: "All",
    sqlType: "text[]",
    options: dealColumn("lead_source"),
  },
  product: {
    label: "Product",
    everything: "All",
    sqlType: "text[]",
    options: dealColumn("product_name"),
  },
  stage: {
    label: "Stage",
    everything: "All",
    sqlType: "text[]",
    options:
      "SELECT stage AS value, stage AS label FROM reporting.sales_dashboard GROUP BY stage ORDER BY min(stage_position), stage",
  },
  signal: {
    label: "Signal",
    everything: "All",
    sqlType: "text[]",
    options:
      "SELECT signal_name AS value, signal_name AS label FROM (SELECT signal_name FROM reporting.signal_cut_points UNION SELECT signal_name FROM reporting.rep_weekly_scores) AS names ORDER BY 1",
  },
  currency: {
    label: "Currency",
    everything: "",
    sqlType: "text",
    options: dealColumn("currency"),
  },
};

export async function readOptions(client: pg.PoolClient, name: ChoiceName): Promise<Option[]> {
  return (await client.query<Option>(choices[name].options)).rows;
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
