import type { Column } from "../../src/reports/define.ts";
import { currency, quotaAmount } from "./columns.ts";

/** What people were to win and have won: the figures of a person, a team or all of them. */
export const attainment = {
  currency,
  won_amount: {
    key: "won_amount",
    label: "Won",
    type: "amount",
    definition:
      "Sum of the amounts of won deals whose close date lies in the period, up to today. A deal counts for whoever had it when it was closed, whoever has it now. Deals without an amount add nothing.",
  },
  won_count: {
    key: "won_count",
    label: "Won deals",
    type: "count",
    definition:
      "Won deals whose close date lies in the period, up to today, of whoever had them then.",
  },
  quota_amount: quotaAmount,
  attainment_rate: {
    key: "attainment_rate",
    label: "Attainment",
    type: "rate",
    definition:
      "Won amount divided by the quota of the whole period. Empty without a quota. Of several people, their sums are divided, so what those without a quota won is in it too.",
  },
  gap_amount: {
    key: "gap_amount",
    label: "Gap",
    type: "amount",
    definition: "Quota minus won amount. Below 0 where more was won than that.",
  },
  quota_to_date_amount: {
    key: "quota_to_date_amount",
    label: "Quota to date",
    type: "amount",
    definition:
      "The part of the quota that falls to the days up to today, spread evenly over the days of each quota. Nothing is known here of seasons.",
  },
  pace_rate: {
    key: "pace_rate",
    label: "Pace",
    type: "rate",
    definition:
      "Won amount divided by the quota to date: above 100 % is ahead of time. Empty before the first day of a quota.",
  },
  compare_won_amount: {
    key: "compare_won_amount",
    label: "Won then",
    type: "amount",
    definition:
      "Won amount in as many days of the period compared with: a period to date is never held against a whole one.",
  },
  won_change: {
    key: "won_change",
    label: "Change",
    type: "change",
    definition: "Won amount divided by that of the period compared with, minus 1.",
  },
  compare_attainment_rate: {
    key: "compare_attainment_rate",
    label: "Attainment then",
    type: "rate",
    definition:
      "Won amount in as many days of the period compared with, divided by the quota of that whole period.",
  },
  open_count: {
    key: "open_count",
    label: "Open deals",
    type: "count",
    definition:
      "Open deals that should close in what is left of the period, of whoever has them now. Overdue deals are in none.",
  },
  open_amount: {
    key: "open_amount",
    label: "Open",
    type: "amount",
    definition:
      "Sum of the amounts of the open deals that should close in what is left of the period.",
  },
  weighted_amount: {
    key: "weighted_amount",
    label: "Weighted",
    type: "amount",
    definition: "Sum of amount times probability over the same open deals.",
  },
  coverage_ratio: {
    key: "coverage_ratio",
    label: "Coverage",
    type: "ratio",
    definition:
      "Open amount that should close in what is left of the period, divided by the quota that is left. Empty when the quota is met, missing, or the period is over.",
  },
  is_quota_met: {
    key: "is_quota_met",
    label: "Quota met",
    type: "boolean",
    definition: "Whether the won amount has reached the quota of the whole period.",
  },
  expected_rate: {
    key: "expected_rate",
    label: "With pipeline",
    type: "rate",
    definition:
      "Won plus weighted amount, divided by quota: where the period ends if open deals do as well as their probability says.",
  },
  missing_amount_count: {
    key: "missing_amount_count",
    label: "Won without amount",
    type: "count",
    definition: "Won deals that carry no amount: they add nothing to the sums.",
  },
  moved_count: {
    key: "moved_count",
    label: "Moved since",
    type: "count",
    definition:
      "Won deals that somebody else has by now. They count for who won them, here and for quotas.",
  },
  prorated_count: {
    key: "prorated_count",
    label: "Quotas in part",
    type: "count",
    definition:
      "Quotas of fiscal periods that the period cuts: they count by the share of their days that lie in it.",
  },
} as const satisfies Record<string, Column>;
