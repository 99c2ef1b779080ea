import type { Column } from "../../src/reports/define.ts";

export const signalName: Column = {
  key: "signal_name",
  label: "Signal",
  type: "name",
  definition: "What the calls before the close were scored for, averaged for each deal.",
};

export const finding: Column = {
  key: "finding",
  label: "Finding",
  type: "text",
  definition:
    "What the tests say at 5 % after correction: an association between signal and outcome, never a cause. Insufficient data where a quartile would be expected to hold fewer than 5 wins or losses.",
};

export const count = (key: string, label: string, definition: string): Column => ({
  key,
  label,
  type: "count",
  definition,
});

/** Win rate of one quartile with the ends of its interval and its n. */
export const quartileColumns = (number: 1 | 2 | 3 | 4): Column[] => {
  const name = `Q${number}`;
  const key = `q${number}_win_rate`;
  return [
    count(`q${number}_count`, `${name} deals`, `Closed deals in quartile ${number} of the signal.`),
    {
      key,
      label: `${name} win rate`,
      type: "rate",
      definition: `Won divided by closed deals in quartile ${number}. Empty when no deal falls into it.`,
    },
    {
      key: `${key}_low`,
      label: `${name} win rate, low`,
      type: "rate",
      definition: `Lower end of the 95 % Wilson interval of the win rate in quartile ${number}.`,
    },
    {
      key: `${key}_high`,
      label: `${name} win rate, high`,
      type: "rate",
      definition: `Upper end of the 95 % Wilson interval of the win rate in quartile ${number}.`,
    },
  ];
};

export const testColumns: Column[] = [
  {
    key: "lift",
    label: "Lift",
    type: "ratio",
    digits: 2,
    definition:
      "Win rate of quartile 4 divided by that of quartile 1. Empty when quartile 1 won nothing.",
  },
  {
    key: "difference",
    label: "Q4 − Q1",
    type: "points",
    definition: "Win rate of quartile 4 minus that of quartile 1, in percentage points.",
  },
  {
    key: "chi_square",
    label: "Chi-square",
    type: "number",
    definition: "Pearson's statistic: do the quartiles differ at all in how often they win?",
  },
  {
    key: "chi_df",
    label: "Degrees of freedom",
    type: "count",
    definition: "Quartiles that hold deals, minus 1.",
  },
  {
    key: "chi_p",
    label: "Difference, p",
    type: "p_value",
    definition: "Chance of so large a chi-square when the signal has no relation to the outcome.",
  },
  {
    key: "chi_p_adjusted",
    label: "Any difference, p",
    type: "p_value",
    definition: "The same after the Benjamini–Hochberg correction for all signals tried.",
  },
  {
    key: "trend_z",
    label: "Trend, z",
    type: "number",
    definition: "Cochran–Armitage statistic: above 0, wins rise with the quartile.",
  },
  {
    key: "trend_p",
    label: "Trend, raw p",
    type: "p_value",
    definition: "Chance of so strong a trend, in either direction, without any relation.",
  },
  {
    key: "trend_p_adjusted",
    label: "Trend, p",
    type: "p_value",
    definition: "The same after the Benjamini–Hochberg correction for all signals tried.",
  },
  {
    key: "smallest_expected",
    label: "Smallest expected",
    type: "number",
    digits: 1,
    definition:
      "Fewest wins or losses that a quartile would hold without any relation; below 5 the tests are not made.",
  },
];

export const n = count("n", "Deals", "Closed deals that have a value for the signal.");
export const won = count("won_count", "Won deals", "Those of them that were won.");
export const winRate: Column = {
  key: "win_rate",
  label: "Win rate",
  type: "rate",
  definition: "Won divided by closed deals. Empty when none closed.",
};
export const low: Column = {
  key: "win_rate_low",
  label: "Win rate, low",
  type: "rate",
  definition: "Lower end of the 95 % Wilson interval of the win rate.",
};
export const high: Column = {
  key: "win_rate_high",
  label: "Win rate, high",
  type: "rate",
  definition: "Upper end of the 95 % Wilson interval of the win rate.",
};
