import type { Column } from "../../src/reports/define.ts";

/** What is told of any cases: of those created in the period, those resolved in it, and those open at its end. */
export const figures: Column[] = [
  {
    key: "backlog_count",
    label: "Backlog",
    type: "count",
    definition:
      "Cases that were neither Resolved nor Closed at the end of the period's last day that has come. Owner and priority are those of today.",
  },
  {
    key: "backlog_days",
    label: "Open for",
    type: "days",
    definition:
      "Median of the days for which the cases of the backlog had been open then, since their creation or since they were last opened again.",
  },
  {
    key: "created_count",
    label: "Created",
    type: "count",
    definition: "Cases created in the period, up to today.",
  },
  {
    key: "answered_count",
    label: "Answered",
    type: "count",
    definition:
      "Cases created in the period that one of ours has replied to in public: the n of the first response.",
  },
  {
    key: "response_median_hours",
    label: "First response",
    type: "hours",
    definition:
      "Median time from the creation of a case to the first public reply by one of ours, of the cases created in the period. Unanswered cases have none: they are counted apart.",
  },
  {
    key: "response_p90_hours",
    label: "First response, 90 %",
    type: "hours",
    definition: "Time within which nine out of ten of the answered cases had their first response.",
  },
  {
    key: "unanswered_count",
    label: "Unanswered",
    type: "count",
    definition: "Cases created in the period without a public reply so far, open or not.",
  },
  {
    key: "waiting_count",
    label: "Waiting",
    type: "count",
    definition: "Unanswered cases that are still open.",
  },
  {
    key: "waiting_days",
    label: "Waiting for",
    type: "days",
    definition: "Median of the days from creation to today of the unanswered cases that are open.",
  },
  {
    key: "resolved_count",
    label: "Resolved",
    type: "count",
    definition: "Cases that became Resolved for the first time in the period, whenever created.",
  },
  {
    key: "resolution_median_hours",
    label: "First resolution",
    type: "hours",
    definition:
      "Median time from creation to the first time that a case became Resolved, of the cases first resolved in the period.",
  },
  {
    key: "resolution_p90_hours",
    label: "First resolution, 90 %",
    type: "hours",
    definition: "Time within which nine out of ten of the resolved cases were, at first.",
  },
  {
    key: "full_median_hours",
    label: "Full resolution",
    type: "hours",
    definition:
      "Median time from creation to the last time that a case became Resolved, of the same cases without those that are open again.",
  },
  {
    key: "returned_count",
    label: "Returned",
    type: "count",
    definition:
      "Of the cases first resolved in the period, those that have become Resolved once more since, and so had been opened again.",
  },
  {
    key: "reopen_rate",
    label: "Reopen rate",
    type: "rate",
    definition:
      "Cases that were resolved more than once, divided by the cases first resolved in the period. It still grows: others may come back.",
  },
  {
    key: "reopen_low",
    label: "Reopen rate, low",
    type: "rate",
    definition: "Lower end of the 95 % Wilson interval of the reopen rate.",
  },
  {
    key: "reopen_high",
    label: "Reopen rate, high",
    type: "rate",
    definition: "Upper end of the 95 % Wilson interval of the reopen rate.",
  },
  {
    key: "reopen_sum",
    label: "Reopens",
    type: "count",
    definition: "Times that these cases became Resolved, less one for each.",
  },
  {
    key: "negative_count",
    label: "Before creation",
    type: "count",
    definition: "Cases created in the period and answered before that: an error in the data.",
  },
];

/** What was so in the period compared with. */
export const compared: Column[] = [
  {
    key: "compare_backlog_count",
    label: "Compared backlog",
    type: "count",
    definition: "Backlog after as many days of the period compared with.",
  },
  {
    key: "compare_created_count",
    label: "Compared, created",
    type: "count",
    definition: "Cases created in as many days of the period compared with.",
  },
  {
    key: "created_change",
    label: "Created, change",
    type: "change",
    definition: "Created cases divided by those of the period compared with, minus 1.",
  },
  {
    key: "compare_resolved_count",
    label: "Compared, resolved",
    type: "count",
    definition: "Cases first resolved in as many days of the period compared with.",
  },
  {
    key: "resolved_change",
    label: "Resolved, change",
    type: "change",
    definition: "Resolved cases divided by those of the period compared with, minus 1.",
  },
  {
    key: "compare_response_median_hours",
    label: "Compared first response",
    type: "hours",
    definition: "First response of the cases created in as many days of the period compared with.",
  },
  {
    key: "compare_resolution_median_hours",
    label: "Compared first resolution",
    type: "hours",
    definition:
      "First resolution of the cases first resolved in as many days of the period compared with.",
  },
  {
    key: "compare_reopen_rate",
    label: "Compared reopen rate",
    type: "rate",
    definition:
      "Reopen rate, by today, of the cases first resolved in as many days of the period compared with.",
  },
];
