import type { Column } from "../../src/reports/define.ts";

const column = (key: string, label: string, type: Column["type"], definition: string): Column => ({
  key,
  label,
  type,
  definition,
});

/** Figures that the tiles and the reps share; each is defined once. */
export const figures = {
  closed_amount: column(
    "closed_amount",
    "Closed",
    "amount",
    "Sum of the amounts of won deals whose close date lies in the period, up to today. Deals without an amount add nothing.",
  ),
  closed_count: column(
    "closed_count",
    "Closed deals",
    "count",
    "Won deals whose close date lies in the period, up to today.",
  ),
  commit_amount: column(
    "commit_amount",
    "Commit",
    "amount",
    "Sum of the amounts of open deals in the category Commit that should close in what is left of the period. A deal without a category has that of its stage.",
  ),
  commit_count: column(
    "commit_count",
    "Commit deals",
    "count",
    "Open deals in the category Commit that should close in what is left of the period.",
  ),
  best_case_amount: column(
    "best_case_amount",
    "Best case",
    "amount",
    "The same for the category Best Case. Commit is not in it.",
  ),
  best_case_count: column(
    "best_case_count",
    "Best case deals",
    "count",
    "Open deals in the category Best Case that should close in what is left of the period.",
  ),
  pipeline_amount: column(
    "pipeline_amount",
    "Pipeline",
    "amount",
    "The same for the category Pipeline. Commit and Best Case are not in it.",
  ),
  pipeline_count: column(
    "pipeline_count",
    "Pipeline deals",
    "count",
    "Open deals in the category Pipeline that should close in what is left of the period.",
  ),
  open_amount: column(
    "open_amount",
    "Open",
    "amount",
    "Sum of the amounts of all open deals that should close in what is left of the period, whatever their category. Overdue deals are counted apart.",
  ),
  weighted_amount: column(
    "weighted_amount",
    "Weighted",
    "amount",
    "Sum of amount times probability over the same open deals. A deal without a probability takes that of its stage.",
  ),
  coverage_ratio: column(
    "coverage_ratio",
    "Coverage",
    "ratio",
    "Open amount that should close in what is left of the period, divided by the quota that is left. Empty when the quota is met, missing, or the period is over.",
  ),
  is_quota_met: column(
    "is_quota_met",
    "Quota met",
    "boolean",
    "Whether the closed amount has reached the quota.",
  ),
  slipped_amount: column(
    "slipped_amount",
    "Slipped",
    "amount",
    "Deals that were open and due in the period when it began, and whose close date lies after it by now: what they were worth when it began. Moving a deal within the period is no slip. It counts for whoever owned the deal when the period began.",
  ),
  slipped_count: column(
    "slipped_count",
    "Slipped deals",
    "count",
    "Deals that were open and due in the period when it began, and whose close date lies after it by now.",
  ),
  push_count: column(
    "push_count",
    "Pushes",
    "count",
    "How often in the period the close date of an open deal moved to a later day, of all deals and also within the period. It counts for whoever owned the deal at that time.",
  ),
  pushed_deal_count: column(
    "pushed_deal_count",
    "Pushed deals",
    "count",
    "Deals that were pushed in the period at least once. A deal that two people pushed is one deal in the total.",
  ),
} as const satisfies Record<string, Column>;
