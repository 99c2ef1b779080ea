import type { Column } from "../../src/reports/define.ts";
import { proratedCount, quotaGapDays } from "../shared/columns.ts";
import { figures } from "./columns.ts";

/** Figures of the tiles: those that the reps share, and those of the whole selection only. */
export const summaryColumns: Column[] = [
  ...Object.values(figures),
  {
    key: "period_share",
    label: "Period gone",
    type: "rate",
    definition: "Days of the period that have come, today included, divided by all its days.",
  },
  {
    key: "compare_win_rate",
    label: "Compared win rate",
    type: "rate",
    definition: "Win rate in as many days of the period compared with.",
  },
  {
    key: "win_rate_by_value",
    label: "Win rate by value",
    type: "rate",
    definition:
      "Won amount divided by won and lost amount. Empty when lost deals carry no amount, because it would then always be 100 %.",
  },
  {
    key: "median_deal_amount",
    label: "Median deal",
    type: "amount",
    definition:
      "The middle amount of the won deals that have one; of an even number, the mean of the middle two.",
  },
  {
    key: "mean_deal_amount",
    label: "Mean deal",
    type: "amount",
    definition: "Won revenue divided by the won deals that have an amount.",
  },
  {
    key: "missing_amount_count",
    label: "Won without amount",
    type: "count",
    definition: "Won deals that carry no amount: left out of median and mean.",
  },
  {
    key: "median_deal_change",
    label: "Median deal, change",
    type: "change",
    definition: "Median deal divided by the median deal of the period compared with, minus 1.",
  },
  {
    key: "median_cycle_days",
    label: "Sales cycle",
    type: "days",
    definition: "Median days from creation to close date of won deals.",
  },
  {
    key: "mean_cycle_days",
    label: "Sales cycle, mean",
    type: "days",
    definition: "Mean days from creation to close date of won deals.",
  },
  {
    key: "compare_median_cycle_days",
    label: "Compared sales cycle",
    type: "days",
    definition: "Median sales cycle in as many days of the period compared with.",
  },
  {
    key: "negative_cycle_count",
    label: "Closed before created",
    type: "count",
    definition: "Won deals whose close date lies before their creation: an error in the data.",
  },
  {
    key: "remaining_quota_amount",
    label: "Quota left",
    type: "amount",
    definition: "Quota minus won revenue, never below 0.",
  },
  {
    key: "coverage_ratio",
    label: "Coverage",
    type: "ratio",
    definition:
      "Open amount that should close in what is left of the period, divided by the quota that is left. Empty when the quota is met, missing, or the period is over.",
  },
  {
    key: "is_quota_met",
    label: "Quota met",
    type: "boolean",
    definition: "Whether won revenue has reached the quota.",
  },
  {
    key: "overdue_count",
    label: "Overdue deals",
    type: "count",
    definition: "Open deals whose close date has passed. They are in no pipeline figure.",
  },
  {
    key: "overdue_amount",
    label: "Overdue",
    type: "amount",
    definition: "Sum of the amounts of overdue deals.",
  },
  {
    key: "undated_count",
    label: "Open without date",
    type: "count",
    definition: "Open deals without a close date: part of no period but all time.",
  },
  {
    key: "ahead_count",
    label: "Won ahead",
    type: "count",
    definition:
      "Won deals whose close date is still to come in the period: not in its figures yet.",
  },
  {
    key: "other_currency_count",
    label: "Other currencies",
    type: "count",
    definition: "Open deals and deals closed in the period whose amount is in another currency.",
  },
  proratedCount,
  quotaGapDays,
];
