import { tilesSection } from "../../src/reports/define.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    {
      key: "currency",
      label: "Currency",
      type: "text",
      definition: "Currency of every amount here. Deals in other currencies are not in the list.",
    },
    { key: "deal_count", label: "Deals", type: "count", definition: "Deals in the list." },
    {
      key: "amount",
      label: "Amount",
      type: "amount",
      definition:
        "Sum of the amounts of the deals in the list. Deals without an amount add nothing and are counted apart.",
    },
    {
      key: "weighted_amount",
      label: "Weighted",
      type: "amount",
      definition:
        "Sum of amount times probability. A deal without a probability takes that of its stage; a won one counts whole, a lost one not at all.",
    },
    {
      key: "missing_amount_count",
      label: "Without amount",
      type: "count",
      definition: "Deals in the list that carry no amount.",
    },
    {
      key: "median_amount",
      label: "Median deal",
      type: "amount",
      definition:
        "The middle amount of the deals that have one; of an even number, the mean of the middle two.",
    },
    {
      key: "mean_amount",
      label: "Mean deal",
      type: "amount",
      definition: "Sum of the amounts divided by the deals that have one.",
    },
    {
      key: "won_count",
      label: "Won",
      type: "count",
      definition: "Deals in the list that are won.",
    },
    {
      key: "closed_count",
      label: "Closed",
      type: "count",
      definition: "Deals in the list that are won or lost: the n of the win rate.",
    },
    {
      key: "win_rate",
      label: "Win rate",
      type: "rate",
      definition: "Won deals divided by won and lost deals. Empty when none is closed.",
    },
    {
      key: "win_rate_low",
      label: "Win rate, low",
      type: "rate",
      definition: "Lower end of the 95 % Wilson interval of the win rate.",
    },
    {
      key: "win_rate_high",
      label: "Win rate, high",
      type: "rate",
      definition: "Upper end of the 95 % Wilson interval of the win rate.",
    },
    {
      key: "median_cycle_days",
      label: "Sales cycle",
      type: "days",
      definition: "Median days from creation to close date of the won deals in the list.",
    },
  ],
  tiles: [
    {
      label: "Amount",
      value: "amount",
      empty: "no amounts",
      notes: [["{deal_count|deal|deals}"], ["{missing_amount_count:some} without amount", ""]],
    },
    { label: "Weighted", value: "weighted_amount", empty: "no amounts", notes: [] },
    {
      label: "Median deal",
      value: "median_amount",
      empty: "no amounts",
      notes: [["mean {mean_amount}", ""]],
    },
    {
      label: "Win rate",
      value: "win_rate",
      empty: "none closed",
      interval: { low: "win_rate_low", high: "win_rate_high" },
      notes: [["{win_rate_low} to {win_rate_high}, n\u00a0=\u00a0{closed_count}", ""]],
    },
    {
      label: "Sales cycle",
      value: "median_cycle_days",
      empty: "none won",
      notes: [["median of {won_count:some} won", ""]],
    },
  ],
});
