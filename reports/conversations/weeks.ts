import { chartSection } from "../../src/reports/define.ts";
import { callCount, meanScore, scoredCount, signal } from "./columns.ts";

// Both charts show the same rows.
const base = {
  query: "figures.sql",
  part: "weeks",
  columns: [
    {
      key: "week_on",
      label: "Week of",
      type: "date",
      definition: "Monday of the ISO week in the business time zone.",
    },
    {
      key: "iso_week",
      label: "ISO week",
      type: "text",
      definition: "Year and number of the week by ISO 8601; the year is that of its Thursday.",
    },
    {
      key: "week_period",
      label: "Days",
      type: "text",
      definition:
        "Days of the week that lie in the period; empty where the period is that of deals.",
    },
    callCount("Calls that started in the week; 0 in a week without calls."),
    signal,
    scoredCount("Calls of the week that have a score for the signal: the n of the mean."),
    meanScore(
      "Mean over the scored calls of the week of each call's newest score, in the signal's own unit. Empty in a week without any.",
    ),
  ],
} as const;

const ofWeek = (figure: string) => ({
  report: "conversations",
  figure,
  by: { period: "week_period" },
});

export const weeks = chartSection({
  ...base,
  columns: [...base.columns],
  key: "weeks",
  title: "Calls per week",
  about: "Weeks begin on Monday. The first and the last have only their days of the period.",
  empty: "There was no call in this period.",
  wide: true,
  drills: { call_count: ofWeek("call_count") },
  chart: {
    type: "columns",
    x: "week_on",
    series: [{ key: "call_count", label: "Calls", role: "main" }],
  },
});

export const means = chartSection({
  ...base,
  columns: [...base.columns],
  key: "means",
  title: "Mean score per week",
  about: ["{signal_name}. A gap is a week without scored calls.", ""],
  empty: "No call was scored in this period.",
  drills: { scored_count: ofWeek("scored_count"), mean_score: ofWeek("mean_score") },
  chart: {
    type: "line",
    x: "week_on",
    series: [{ key: "mean_score", label: "Mean score", role: "main" }],
    n: "scored_count",
  },
});
