import { chartSection, tableSection } from "../../src/reports/define.ts";
import { figures, mostRate, stage, times } from "../shared/stage.ts";
import { compared, parts } from "./columns.ts";
import { comparedDrills, drillsOf } from "./drills.ts";

const { reached_count, moved_count, move_rate, undecided_count, lost_count, won_count, win_rate } =
  figures;
const steps = [
  stage,
  reached_count,
  moved_count,
  move_rate,
  undecided_count,
  lost_count,
  won_count,
  win_rate,
];

export const funnel = chartSection({
  key: "funnel",
  title: "Funnel",
  about: "Deals that reached each stage, and the part of them that moved on so far",
  empty: "No deal belongs to this cohort.",
  query: "figures.sql",
  part: "funnel",
  wide: true,
  columns: steps,
  chart: {
    type: "funnel",
    x: "stage",
    series: [{ key: "reached_count", label: "Reached", role: "main" }],
    rate: "move_rate",
  },
  drills: drillsOf(steps, { from_stage: "stage" }),
});

const monthly = [stage, reached_count, moved_count, undecided_count, move_rate, mostRate];

export const months = chartSection({
  key: "months",
  title: "Stage conversion by month",
  about: "Moved on so far, and at most: where the two part, the cohort is too young to tell",
  empty: "No deal belongs to this cohort.",
  query: "figures.sql",
  part: "months",
  wide: true,
  columns: [
    {
      key: "cohort_on",
      label: "Month",
      type: "month",
      definition: "Month of the cohort, in the business time zone.",
    },
    {
      key: "cohort_days",
      label: "Days",
      type: "text",
      definition: "Days of the month that lie in the period and have come.",
    },
    ...monthly,
  ],
  chart: {
    type: "line",
    x: "cohort_on",
    panelBy: "stage",
    series: [
      { key: "move_rate", label: "Moved on so far", role: "main" },
      { key: "most_rate", label: "At most", role: "comparison" },
    ],
    n: "reached_count",
  },
  drills: drillsOf(monthly, { from_stage: "stage", period: "cohort_days" }),
});

const columns = [stage, ...Object.values(figures), ...parts, ...Object.values(times), ...compared];

export const stages = tableSection({
  key: "stages",
  title: "Stages",
  about:
    "Those that reached a stage have moved on, or are lost from there, still there, or back. Rates with their 95 % interval.",
  empty: "No deal belongs to this cohort.",
  main: true,
  query: "figures.sql",
  part: "stages",
  columns,
  cells: [
    { key: "stage" },
    {
      key: "reached_count",
      bar: true,
      below: { key: "skipped_count", noun: ["skipped it", "skipped it"] },
      carries: ["entered_count", "returned_count"],
    },
    {
      key: "move_rate",
      interval: { low: "move_rate_low", high: "move_rate_high", quiet: true },
      below: { key: "moved_count", noun: ["moved on", "moved on"] },
    },
    { key: "most_rate", below: { key: "undecided_count", noun: ["undecided", "undecided"] } },
    { key: "lost_count" },
    { key: "here_count", below: { key: "back_count", noun: ["went back", "went back"] } },
    {
      key: "win_rate",
      interval: { low: "win_rate_low", high: "win_rate_high", quiet: true },
      below: { key: "won_count", noun: ["won", "won"] },
      carries: ["open_count", "lost_by_now_count"],
    },
    { key: "done_median_days", below: { key: "done_count", noun: ["left it", "left it"] } },
    { key: "done_q1_days", below: { key: "done_q3_days", noun: ["3rd", "3rd"] } },
    {
      key: "running_median_days",
      below: { key: "running_count", noun: ["in it now", "in it now"] },
      carries: ["running_q1_days", "running_q3_days"],
    },
    {
      key: "compare_move_rate",
      below: { key: "compare_reached_count", noun: ["reached", "reached"] },
      carries: ["reached_change", "compare_as_of_on"],
    },
  ],
  drills: { ...drillsOf(columns, { from_stage: "stage" }), ...comparedDrills },
});
