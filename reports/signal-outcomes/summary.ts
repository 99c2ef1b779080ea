import { tilesSection } from "../../src/reports/define.ts";
import { count, high, low, winRate, won } from "./columns.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    count(
      "closed_count",
      "Closed deals",
      "Deals closed in the period that had a scored call before.",
    ),
    won,
    winRate,
    low,
    high,
    count("signal_count", "Signals", "Signals that any of these deals has a value for."),
    count(
      "trend_count",
      "With a direction",
      "Signals whose win rate rises or falls over the quartiles.",
    ),
    count(
      "shape_count",
      "Without a direction",
      "Signals whose quartiles differ, but neither rise nor fall.",
    ),
    count("nothing_count", "No evidence", "Signals without evidence of a relationship."),
    count(
      "insufficient_count",
      "Insufficient data",
      "Signals with too few deals in a quartile to test.",
    ),
    count("unplaced_count", "Not placed", "Values of signals whose cut points are not known yet."),
    count("other_currency_count", "Other currencies", "Deals whose amount is in another currency."),
  ],
  tiles: [
    {
      label: "Closed deals with calls",
      value: "closed_count",
      empty: "none",
      notes: ["{won_count} won, calls before the close only"],
    },
    {
      label: "Win rate",
      value: "win_rate",
      empty: "no closed deals",
      interval: { low: "win_rate_low", high: "win_rate_high" },
      notes: [["{win_rate_low} to {win_rate_high}, n\u00a0=\u00a0{closed_count}", ""]],
    },
    {
      label: "Signals with a direction",
      value: "trend_count",
      empty: "–",
      notes: ["of {signal_count} tried; associated, not a cause"],
    },
    {
      label: "Differ without one",
      value: "shape_count",
      empty: "–",
      notes: ["such as best at both ends"],
    },
    {
      label: "No evidence",
      value: "nothing_count",
      empty: "–",
      notes: [["{insufficient_count:some} more have too little data", "of a relationship"]],
    },
  ],
  notices: [
    {
      when: "unplaced_count",
      text: "{unplaced_count|value|values} without a quartile until the next refresh",
    },
    {
      when: "other_currency_count",
      text: "{other_currency_count|deal|deals} in other currencies than {currency}, counted without the amount",
    },
  ],
});
