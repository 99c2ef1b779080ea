import { tilesSection } from "../../src/reports/define.ts";
import { callCount, meanScore, scoredCount, signal } from "./columns.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "figures.sql",
  part: "summary",
  columns: [
    callCount("Calls in the list, scored or not."),
    signal,
    scoredCount("Calls in the list that have a score for the signal: the n of the mean."),
    meanScore(
      "Mean over the scored calls of each call's newest score, in the signal's own unit. Empty when none is scored.",
    ),
    {
      key: "duration_seconds",
      label: "Time in calls",
      type: "spent",
      definition:
        "Sum of the lengths of the calls, in seconds in exports. Calls of unknown length add nothing and are counted apart.",
    },
    {
      key: "mean_duration_seconds",
      label: "Mean length",
      type: "spent",
      definition: "Sum of the lengths divided by the calls whose length is known, to the second.",
    },
    {
      key: "untimed_count",
      label: "Length unknown",
      type: "count",
      definition: "Calls in the list whose length is not known.",
    },
    {
      key: "rep_count",
      label: "Reps",
      type: "count",
      definition: "People who held at least one of the calls.",
    },
  ],
  tiles: [
    {
      label: "Calls",
      value: "call_count",
      empty: "none",
      notes: ["by {rep_count|rep|reps}"],
    },
    {
      label: "Mean score",
      value: "mean_score",
      empty: "none scored",
      notes: [["{signal_name}, n\u00a0=\u00a0{scored_count}", ""]],
    },
    {
      label: "Scored calls",
      value: "scored_count",
      empty: "none",
      notes: [["for {signal_name}", ""]],
    },
    {
      label: "Time in calls",
      value: "duration_seconds",
      empty: "not known",
      notes: [
        ["mean {mean_duration_seconds}", ""],
        ["{untimed_count:some} of unknown length", ""],
      ],
    },
  ],
});
