import { chartSection, defineReport, tableSection } from "../../src/reports/define.ts";
import {
  count,
  finding,
  high,
  low,
  n,
  quartileColumns,
  signalName,
  testColumns,
  winRate,
  won,
} from "./columns.ts";
import { quartile, signal } from "./drills.ts";
import { summary } from "./summary.ts";

const quartiles = chartSection({
  key: "quartiles",
  title: "Win rate by quartile of each signal",
  about: "Q1 holds the lowest values. The bar is the 95 % interval: the fewer deals, the longer.",
  empty: "No closed deal of this selection has a scored call before its close.",
  query: "quartiles.sql",
  columns: [
    signalName,
    {
      key: "quartile",
      label: "Quartile",
      type: "text",
      definition: "By the cut points, the upper one included; equal values share a quartile.",
    },
    {
      key: "from_value",
      label: "Above",
      type: "number",
      definition: "Where the quartile begins: above this value, and from it on in Q1.",
    },
    {
      key: "to_value",
      label: "Up to",
      type: "number",
      definition: "Where the quartile ends, included.",
    },
    { ...n, definition: "Closed deals in the quartile." },
    won,
    winRate,
    low,
    high,
    {
      key: "won_amount",
      label: "Won revenue",
      type: "amount",
      definition: "Sum of the amounts of the won deals in the chosen currency.",
    },
    {
      key: "currency",
      label: "Currency",
      type: "text",
      definition: "Currency of the amount. Amounts in other currencies are not converted.",
    },
    finding,
  ],
  drills: quartile,
  chart: {
    type: "interval",
    x: "quartile",
    panelBy: "signal_name",
    panelNote: "finding",
    series: [{ key: "win_rate", label: "Win rate", role: "main" }],
    low: "win_rate_low",
    high: "win_rate_high",
    n: "n",
  },
});

const rate = (number: 1 | 2 | 3 | 4) => ({
  key: `q${number}_win_rate`,
  interval: { low: `q${number}_win_rate_low`, high: `q${number}_win_rate_high`, quiet: true },
  carries: [`q${number}_count`],
});

const signals = tableSection({
  key: "signals",
  title: "Signals",
  about:
    "The strongest evidence first. p values are corrected for the number of signals tried; an association is not a cause.",
  empty: "No closed deal of this selection has a scored call before its close.",
  main: true,
  query: "signals.sql",
  columns: [
    signalName,
    finding,
    n,
    won,
    winRate,
    ...quartileColumns(1),
    ...quartileColumns(2),
    ...quartileColumns(3),
    ...quartileColumns(4),
    ...testColumns,
  ],
  drills: signal,
  cells: [
    {
      key: "signal_name",
      filter: { parameter: "signal", key: "signal_name" },
      below: { key: "finding" },
    },
    { key: "n", carries: ["won_count"] },
    { key: "win_rate" },
    rate(1),
    rate(2),
    rate(3),
    rate(4),
    { key: "lift" },
    { key: "difference" },
    { key: "chi_p_adjusted", carries: ["chi_square", "chi_df", "chi_p"] },
    { key: "trend_p_adjusted", carries: ["trend_z", "trend_p", "smallest_expected"] },
  ],
});

const cutPoints = tableSection({
  key: "cut_points",
  title: "Cut points",
  about: "Where the quartiles begin, over all closed deals and not only this selection.",
  empty: "No signal has cut points yet.",
  query: "cut-points.sql",
  columns: [
    signalName,
    {
      key: "minimum_value",
      label: "Lowest",
      type: "number",
      definition: "Lowest value of any closed deal.",
    },
    { key: "p25", label: "Q1 up to", type: "number", definition: "25th percentile, interpolated." },
    {
      key: "p50",
      label: "Q2 up to",
      type: "number",
      definition: "Median of the values, interpolated.",
    },
    { key: "p75", label: "Q3 up to", type: "number", definition: "75th percentile, interpolated." },
    {
      key: "maximum_value",
      label: "Q4 up to",
      type: "number",
      definition: "Highest value of any closed deal.",
    },
    count("opportunity_count", "Deals", "Closed deals that the cut points were taken from."),
    {
      key: "as_of",
      label: "As of",
      type: "time",
      definition: "When the cut points were last taken, in the business time zone on the page.",
    },
  ],
});

export default defineReport({
  slug: "signal-outcomes",
  group: "Conversations",
  position: 30,
  title: "Signals and outcomes",
  question: "Which signals go with winning?",
  permission: "report:conversations",
  records: "outcome",
  marts: ["signal_outcomes", "signal_cut_points"],
  asOf: { signal_cut_points: "quartile cut points" },
  parameters: ["period", "team", "owner", "industry", "source", "product", "signal", "currency"],
  defaults: { period: "last_12_months" },
  sections: [summary, quartiles, signals, cutPoints],
});
