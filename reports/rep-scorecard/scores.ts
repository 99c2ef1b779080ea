import { chartSection } from "../../src/reports/define.ts";

export const scores = chartSection({
  key: "scores",
  title: "Scores of the calls, week by week",
  about:
    "The mean of each week that begins in the period, and of four weeks. A gap is a week without calls.",
  empty: "No call of this rep was scored in this period.",
  from: "rep-weekly-scores",
  query: "scores.sql",
  columns: [
    {
      key: "signal_name",
      label: "Signal",
      type: "name",
      definition: "What the calls were scored for.",
    },
    {
      key: "week_on",
      label: "Week of",
      type: "date",
      definition: "Monday of the ISO week in the business time zone.",
    },
    {
      key: "rep_user_id",
      label: "Rep, id",
      type: "id",
      definition: "Identifies the rep in filters and in the other reports.",
    },
    {
      key: "mean_score",
      label: "Mean score",
      type: "number",
      definition:
        "Mean over the calls of the week of each call's newest score. Empty in a week without calls, which is not a score of 0.",
    },
    {
      key: "call_count",
      label: "Calls",
      type: "count",
      definition: "Calls with a score for the signal: the n of the mean.",
    },
    {
      key: "trailing_mean_score",
      label: "4-week mean",
      type: "number",
      definition: "Mean over the calls of this week and the three before it.",
    },
    {
      key: "trailing_call_count",
      label: "4-week calls",
      type: "count",
      definition: "Calls of this week and the three before it: the n of the 4-week mean.",
    },
    {
      key: "week_period",
      label: "Days",
      type: "text",
      definition: "Days of the week, Monday to Sunday.",
    },
  ],
  chart: {
    type: "line",
    x: "week_on",
    panelBy: "signal_name",
    series: [
      { key: "mean_score", label: "Week", role: "main" },
      { key: "trailing_mean_score", label: "Four weeks", role: "target" },
    ],
    n: "call_count",
  },
});
