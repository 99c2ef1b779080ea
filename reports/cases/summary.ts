import { tilesSection } from "../../src/reports/define.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    { key: "case_count", label: "Cases", type: "count", definition: "Cases in the list." },
    {
      key: "open_count",
      label: "Open",
      type: "count",
      definition: "Cases in the list that are neither Resolved nor Closed today.",
    },
    {
      key: "backlog_days",
      label: "Open for",
      type: "days",
      definition:
        "Of a backlog: median of the days for which its cases had been open at the end of the period, since creation or since they were last opened again.",
    },
    {
      key: "answered_count",
      label: "Answered",
      type: "count",
      definition: "Cases in the list that one of ours has replied to in public.",
    },
    {
      key: "response_median_hours",
      label: "First response",
      type: "hours",
      definition:
        "Median time from creation to the first public reply by one of ours, of the answered cases in the list.",
    },
    {
      key: "response_p90_hours",
      label: "First response, 90 %",
      type: "hours",
      definition:
        "Time within which nine out of ten of the answered cases had their first response.",
    },
    {
      key: "unanswered_count",
      label: "Unanswered",
      type: "count",
      definition: "Cases in the list without a public reply so far, open or not.",
    },
    {
      key: "waiting_count",
      label: "Waiting",
      type: "count",
      definition: "Unanswered cases in the list that are still open.",
    },
    {
      key: "waiting_days",
      label: "Waiting for",
      type: "days",
      definition: "Median of the days from creation to today of these.",
    },
    {
      key: "resolved_count",
      label: "Resolved",
      type: "count",
      definition: "Cases in the list that have become Resolved: the n of the reopen rate.",
    },
    {
      key: "resolution_median_hours",
      label: "First resolution",
      type: "hours",
      definition: "Median time from creation to the first time that they became Resolved.",
    },
    {
      key: "resolution_p90_hours",
      label: "First resolution, 90 %",
      type: "hours",
      definition: "Time within which nine out of ten of them were, at first.",
    },
    {
      key: "full_median_hours",
      label: "Full resolution",
      type: "hours",
      definition:
        "Median time from creation to the last time that they became Resolved, without those that are open again.",
    },
    {
      key: "returned_count",
      label: "Returned",
      type: "count",
      definition: "Cases in the list that have become Resolved more than once.",
    },
    {
      key: "reopen_rate",
      label: "Reopen rate",
      type: "rate",
      definition: "Cases resolved more than once, divided by the resolved cases in the list.",
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
      definition: "Times that the cases in the list became Resolved, less one for each.",
    },
  ],
  tiles: [
    {
      label: "Cases",
      value: "case_count",
      empty: "none",
      notes: [
        ["{open_count:some} open today", ""],
        ["open for {backlog_days}, median", ""],
      ],
    },
    {
      label: "First response",
      value: "response_median_hours",
      empty: "none answered",
      notes: [["{response_p90_hours} for 90 %, n\u00a0=\u00a0{answered_count}", ""]],
    },
    {
      label: "Unanswered",
      value: "unanswered_count",
      empty: "none",
      notes: [["{waiting_count:some} still open, median {waiting_days}", ""]],
    },
    {
      label: "First resolution",
      value: "resolution_median_hours",
      empty: "none resolved",
      notes: [
        ["{resolution_p90_hours} for 90 %, n\u00a0=\u00a0{resolved_count}", ""],
        ["{full_median_hours} in full", ""],
      ],
    },
    {
      label: "Reopen rate",
      value: "reopen_rate",
      empty: "none resolved",
      interval: { low: "reopen_low", high: "reopen_high" },
      notes: [["{reopen_low} to {reopen_high}, {returned_count} returned", ""]],
    },
  ],
});
