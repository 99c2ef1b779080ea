import { tilesSection } from "../../src/reports/define.ts";
import { currency, signalName } from "./columns.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    signalName,
    {
      key: "deal_count",
      label: "Deals",
      type: "count",
      definition: "Closed deals in the list, each with a value for the signal.",
    },
    {
      key: "won_count",
      label: "Won deals",
      type: "count",
      definition: "Those of them that were won.",
    },
    {
      key: "win_rate",
      label: "Win rate",
      type: "rate",
      definition: "Won divided by closed deals in the list. Empty when none closed.",
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
    currency,
    {
      key: "won_amount",
      label: "Won revenue",
      type: "amount",
      definition: "Sum of the amounts of the won deals in the chosen currency.",
    },
    {
      key: "unplaced_count",
      label: "Not placed",
      type: "count",
      definition:
        "Deals without a quartile, because the cut points of the signal are not known yet.",
    },
    {
      key: "other_currency_count",
      label: "Other currencies",
      type: "count",
      definition: "Deals in the list whose amount is in another currency than the chosen one.",
    },
  ],
  tiles: [
    {
      label: "Closed deals",
      value: "deal_count",
      empty: "none",
      notes: [
        ["by {signal_name}", ""],
        ["{unplaced_count:some} without a quartile", ""],
      ],
    },
    { label: "Won", value: "won_count", empty: "none", notes: [] },
    {
      label: "Win rate",
      value: "win_rate",
      empty: "none closed",
      interval: { low: "win_rate_low", high: "win_rate_high" },
      notes: [["{win_rate_low} to {win_rate_high}, n\u00a0=\u00a0{deal_count}", ""]],
    },
    {
      label: "Won revenue",
      value: "won_amount",
      empty: "no amounts",
      notes: [["{other_currency_count:some} in other currencies", ""]],
    },
  ],
});
