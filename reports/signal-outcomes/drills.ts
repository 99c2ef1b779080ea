// The closed deals behind a number of one signal, as the list of them calls it.
const deals = (figure: string, set: Record<string, string> = {}) => ({
  report: "outcome-deals",
  figure,
  set,
  by: { signal: "signal_name" },
});

const inRow = (figure: string, set: Record<string, string> = {}) => ({
  ...deals(figure, set),
  by: { signal: "signal_name", quartile: "quartile" },
});

/** Of one quartile, which the row names. */
export const quartile = {
  n: inRow("deal_count"),
  won_count: inRow("won_count"),
  win_rate: inRow("win_rate"),
  won_amount: inRow("won_amount", { deals: "won" }),
};

const rateOf = (number: 1 | 2 | 3 | 4) => ({
  [`q${number}_count`]: deals("deal_count", { quartile: `Q${number}` }),
  [`q${number}_win_rate`]: deals("win_rate", { quartile: `Q${number}` }),
});

/** Of all quartiles together, and each of them. */
export const signal = {
  n: deals("deal_count", { quartile: "any" }),
  won_count: deals("deal_count", { quartile: "any", deals: "won" }),
  win_rate: deals("win_rate", { quartile: "any" }),
  ...rateOf(1),
  ...rateOf(2),
  ...rateOf(3),
  ...rateOf(4),
};
