import type { Column } from "../../src/reports/define.ts";

/** The ages, in days, at which conversion is looked at. */
export const WINDOWS = [30, 60, 90] as const;

const windowOf = (days: number): Column[] => [
  {
    key: `old_${days}_count`,
    label: `${days} days old`,
    type: "count",
    definition: `Leads created more than ${days} days before today: the n of the rate within ${days} days.`,
  },
  {
    key: `within_${days}_count`,
    label: `Within ${days} days, n`,
    type: "count",
    definition: `Of the leads that are more than ${days} days old, those converted at most ${days} × 24 hours after creation.`,
  },
  {
    key: `within_${days}_rate`,
    label: `Within ${days} days`,
    type: "rate",
    definition: `Leads converted at most ${days} × 24 hours after creation, divided by all that are more than ${days} days old. Younger ones still have time, so they are in neither number. Empty while none is that old; of a month, until all of it is.`,
  },
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

export const created: Column = {
  key: "created_count",
  label: "Leads",
  type: "count",
  definition: "Leads created in the period, up to today.",
};

/** What is told of any leads. */
export const figures: Column[] = [
  created,
  {
    key: "converted_count",
    label: "Converted",
    type: "count",
    definition: "Of these leads, those that have become a contact and a deal by now.",
  },
  {
    key: "conversion_rate",
    label: "Converted so far",
    type: "rate",
    definition:
      "Converted leads divided by the leads, as of now. It still grows: leads that are not decided yet may be converted later.",
  },
  {
    key: "undecided_count",
    label: "Not decided",
    type: "count",
    definition: "Of these leads, those that are neither converted nor unqualified yet.",
  },
  ...WINDOWS.flatMap(windowOf),
  {
    key: "median_days",
    label: "Median time",
    type: "days",
    definition:
      "Median of the days from creation to conversion, of the leads that are converted by now. Of young leads only the fast conversions are known, so theirs is too short.",
  },
  {
    key: "young_count",
    label: "Young leads",
    type: "count",
    definition: "Leads of the last 90 days, whose slow conversions are still to come.",
  },
  {
    key: "negative_count",
    label: "Before creation",
    type: "count",
    definition: "Leads that were converted before they were created: an error in the data.",
  },
];

/** What marks the figures of a month that is too young for them. */
export const youth: Column[] = [
  ...WINDOWS.map(
    (days): Column => ({
      key: `is_young_${days}`,
      label: `Too young for ${days} days`,
      type: "boolean",
      definition: `Whether some of these leads are not more than ${days} days old.`,
    }),
  ),
  {
    key: "is_median_young",
    label: "Median of young leads",
    type: "boolean",
    definition: "Whether the median time lacks slow conversions, because some leads are young.",
  },
];

export const source: Column = {
  key: "lead_source",
  label: "Source",
  type: "text",
  definition:
    "Where the leads came from, as their records say; (none) where it is blank, which is not the same as unknown.",
};

export const cohort: Column[] = [
  {
    key: "cohort_on",
    label: "Month",
    type: "month",
    definition: "Month of creation, in the business time zone.",
  },
  {
    key: "cohort_days",
    label: "Days",
    type: "text",
    definition: "Days of the month that lie in the period and have come.",
  },
];

export const change: Column[] = [
  {
    key: "compare_created_count",
    label: "Compared leads",
    type: "count",
    definition: "Leads created in as many days of the period compared with.",
  },
  {
    key: "created_change",
    label: "Change",
    type: "change",
    definition: "Leads divided by the compared leads, minus 1. Empty when there were none then.",
  },
];

export const comparedRate = (days: number): Column => ({
  key: `compare_within_${days}_rate`,
  label: `Compared, within ${days} days`,
  type: "rate",
  definition: `The rate within ${days} days of the leads created in as many days of the period compared with.`,
});
