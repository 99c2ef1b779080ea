import { tilesSection } from "../../src/reports/define.ts";
import { figures, stage, times } from "../shared/stage.ts";
import { compared, parts } from "./columns.ts";
import { comparedDrills, drillsOf } from "./drills.ts";

const columns = [
  stage,
  ...Object.values(figures),
  ...parts,
  ...Object.values(times),
  ...compared,
  {
    key: "unknown_count",
    label: "Known late",
    type: "count" as const,
    definition:
      "Deals whose history begins after their creation: the stages before it are not known, and count as skipped.",
  },
];

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "figures.sql",
  part: "summary",
  columns,
  drills: { ...drillsOf(columns, { from_stage: "stage" }), ...comparedDrills },
  tiles: [
    {
      label: "Reached {stage}",
      value: "reached_count",
      empty: "none",
      notes: [
        ["{reached_change:up}, {compare_reached_count} in {compare_whole} at the same age", ""],
      ],
    },
    {
      label: "Moved on so far",
      value: "move_rate",
      empty: "–",
      interval: { low: "move_rate_low", high: "move_rate_high" },
      notes: [
        ["{move_rate_low} to {move_rate_high}, n\u00a0=\u00a0{reached_count}", ""],
        ["{undecided_count:some} undecided: at most {most_rate}", ""],
        ["{compare_move_rate} in {compare_whole} at the same age", ""],
      ],
    },
    {
      label: "Won so far",
      value: "win_rate",
      empty: "–",
      interval: { low: "win_rate_low", high: "win_rate_high" },
      notes: [
        ["{win_rate_low} to {win_rate_high}, n\u00a0=\u00a0{reached_count}", ""],
        ["{open_count:some} still open", ""],
      ],
    },
    {
      label: "Days in {stage}",
      value: "done_median_days",
      empty: "none left it",
      notes: [
        [
          "median of {done_count:some} that left it, half within {done_q1_days} and {done_q3_days}",
          "",
        ],
        ["{running_median_days} so far, median of {running_count:some} in it now", ""],
      ],
    },
  ],
  notices: [
    {
      when: "unknown_count",
      text: "History unavailable before it was recorded: {unknown_count|deal counts|deals count} as having skipped the stages before",
    },
  ],
});
