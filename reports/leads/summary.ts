import { type Column, tilesSection } from "../../src/reports/define.ts";

const windowOf = (days: number): Column[] => [
  {
    key: `old_${days}_count`,
    label: `${days} days old`,
    type: "count",
    definition: `Leads in the list created more than ${days} days before today: the n of the rate within ${days} days.`,
  },
  {
    key: `within_${days}_rate`,
    label: `Within ${days} days`,
    type: "rate",
    definition: `Of the leads in the list that are more than ${days} days old, those converted at most ${days} × 24 hours after creation. Empty when none is that old.`,
  },
];

const intervalOf = (days: number): Column[] => [
  {
    key: `within_${days}_low`,
    label: `Within ${days} days, low`,
    type: "rate",
    definition: `Lower end of the 95 % Wilson interval of the rate within ${days} days.`,
  },
  {
    key: `within_${days}_high`,
    label: `Within ${days} days, high`,
    type: "rate",
    definition: `Upper end of the 95 % Wilson interval of the rate within ${days} days.`,
  },
];

const within = (days: number) => ({
  label: `Within ${days} days`,
  value: `within_${days}_rate`,
  empty: "too young",
  interval: { low: `within_${days}_low`, high: `within_${days}_high` },
  notes: [[`{within_${days}_low} to {within_${days}_high}, n\u00a0=\u00a0{old_${days}_count}`, ""]],
});

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    { key: "lead_count", label: "Leads", type: "count", definition: "Leads in the list." },
    {
      key: "converted_count",
      label: "Converted",
      type: "count",
      definition: "Leads in the list that have become a contact and a deal by now.",
    },
    {
      key: "conversion_rate",
      label: "Converted so far",
      type: "rate",
      definition: "Converted leads divided by the leads in the list, as of now.",
    },
    {
      key: "undecided_count",
      label: "Not decided",
      type: "count",
      definition: "Leads in the list that are still New, Working or Qualified.",
    },
    {
      key: "unqualified_count",
      label: "Unqualified",
      type: "count",
      definition: "Leads in the list that were given up.",
    },
    ...windowOf(30),
    ...intervalOf(30),
    ...windowOf(60),
    ...windowOf(90),
    ...intervalOf(90),
    {
      key: "median_days",
      label: "Median time",
      type: "days",
      definition:
        "Median of the days from creation to conversion, of the leads in the list that are converted.",
    },
    {
      key: "negative_count",
      label: "Before creation",
      type: "count",
      definition:
        "Leads in the list that were converted before they were created: an error in the data.",
    },
  ],
  tiles: [
    {
      label: "Leads",
      value: "lead_count",
      empty: "none",
      notes: [
        ["{undecided_count:some} not decided yet", ""],
        ["{unqualified_count:some} unqualified", ""],
      ],
    },
    {
      label: "Converted so far",
      value: "conversion_rate",
      empty: "no leads",
      notes: [["{converted_count} converted"]],
    },
    within(30),
    within(90),
    {
      label: "Median time",
      value: "median_days",
      empty: "none converted",
      notes: [["of {converted_count:some} converted", ""]],
    },
  ],
});
