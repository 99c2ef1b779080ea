import { tilesSection } from "../../src/reports/define.ts";
import { figures, mostRate, stage, times } from "../shared/stage.ts";

const { reached_count, lost_count, lost_by_now_count, ...told } = figures;

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    stage,
    { key: "deal_count", label: "Deals", type: "count", definition: "Deals in the list." },
    ...Object.values(told),
    mostRate,
    ...Object.values(times),
  ],
  tiles: [
    { label: "Deals", value: "deal_count", empty: "none", notes: ["{stage}"] },
    {
      label: "Moved on so far",
      value: "move_rate",
      empty: "–",
      interval: { low: "move_rate_low", high: "move_rate_high" },
      notes: [["{moved_count} moved on"], ["{undecided_count:some} undecided", ""]],
    },
    {
      label: "Won so far",
      value: "win_rate",
      empty: "–",
      interval: { low: "win_rate_low", high: "win_rate_high" },
      notes: [["{won_count} won"], ["{open_count:some} still open", ""]],
    },
    {
      label: "Days in stage",
      value: "done_median_days",
      empty: "none left it",
      notes: [
        [
          "median of {done_count:some} that left it, half within {done_q1_days} and {done_q3_days}",
          "",
        ],
      ],
    },
    {
      label: "Days so far",
      value: "running_median_days",
      empty: "none in it now",
      notes: [
        [
          "median of {running_count:some} in it now, half within {running_q1_days} and {running_q3_days}",
          "",
        ],
      ],
    },
  ],
});
