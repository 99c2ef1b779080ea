import { tilesSection } from "../../src/reports/define.ts";
import { compared, figures } from "./columns.ts";
import { ofAll } from "./drills.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "figures.sql",
  part: "summary",
  columns: [...figures, ...compared],
  drills: ofAll,
  tiles: [
    {
      label: "Backlog",
      value: "backlog_count",
      empty: "none",
      notes: [
        ["open for {backlog_days}, median", ""],
        ["{compare_backlog_count} at the end of {compare_whole}", ""],
      ],
    },
    {
      label: "Created",
      value: "created_count",
      empty: "none",
      notes: [["{created_change}, {compare_created_count} in {compare_whole}", ""]],
    },
    {
      label: "Resolved",
      value: "resolved_count",
      empty: "none",
      notes: [["{resolved_change}, {compare_resolved_count} in {compare_whole}", ""]],
    },
    {
      label: "First response",
      value: "response_median_hours",
      empty: "none answered",
      notes: [
        ["{response_p90_hours} for 90 %, n\u00a0=\u00a0{answered_count}", ""],
        ["{waiting_count:some} waiting, median {waiting_days}", ""],
        ["{compare_response_median_hours} then", ""],
      ],
    },
    {
      label: "First resolution",
      value: "resolution_median_hours",
      empty: "none resolved",
      notes: [
        ["{resolution_p90_hours} for 90 %", ""],
        ["{full_median_hours} in full", ""],
        ["{compare_resolution_median_hours} then", ""],
      ],
    },
    {
      label: "Reopen rate",
      value: "reopen_rate",
      empty: "none resolved",
      interval: { low: "reopen_low", high: "reopen_high" },
      notes: [
        ["{reopen_low} to {reopen_high}, n\u00a0=\u00a0{resolved_count}", ""],
        ["{compare_reopen_rate} then", ""],
      ],
    },
  ],
  notices: [
    {
      when: "negative_count",
      text: "{negative_count|case was|cases were} answered before creation: an error in the data",
    },
  ],
});
