import { chartSection, defineReport, tableSection } from "../../src/reports/define.ts";
import { callCount, days, few, mean, rep, repId, signal, team, week } from "./columns.ts";
import { calls } from "./drills.ts";

const lines = chartSection({
  key: "lines",
  title: "Weekly mean score",
  about: "All reps together, and the four with the most calls. A gap is a week without calls.",
  empty: "No call was scored in this period.",
  query: "lines.sql",
  columns: [
    signal,
    {
      key: "line_name",
      label: "Line",
      type: "text",
      definition: "A rep, or all reps of the selection together, weighted by calls.",
    },
    week,
    mean,
    callCount,
  ],
  chart: {
    type: "line",
    x: "week_on",
    panelBy: "signal_name",
    splitBy: "line_name",
    series: [{ key: "mean_score", label: "Mean score", role: "main" }],
    n: "call_count",
  },
});

const reps = tableSection({
  key: "reps",
  title: "Reps",
  about: "By mean score. A rank is given only where the intervals of the reps part.",
  empty: "No rep has a scored call in this period.",
  query: "reps.sql",
  countQuery: "counts.sql",
  countPart: "reps",
  order: ["signal_name", "-mean_score", "rep_name", "rep_user_id"],
  columns: [
    signal,
    repId,
    rep,
    team,
    {
      ...mean,
      definition: "Sum of the scores divided by the calls, over all weeks of the period.",
    },
    {
      key: "mean_low",
      label: "Mean, low",
      type: "number",
      definition:
        "Lower end of the 95 % interval of the mean, from the spread of the weekly means. Empty below 6 weeks with calls.",
    },
    {
      key: "mean_high",
      label: "Mean, high",
      type: "number",
      definition:
        "Upper end of the 95 % interval of the mean, from the spread of the weekly means. Empty below 6 weeks with calls.",
    },
    callCount,
    few,
    {
      key: "week_count",
      label: "Weeks",
      type: "count",
      definition: "Weeks of the period in which the rep had a scored call.",
    },
    {
      key: "weekly_change",
      label: "Slope",
      unit: "per week",
      type: "number",
      digits: 3,
      definition:
        "Slope of a straight line through the weekly means. Empty below 6 weeks with calls.",
    },
    {
      key: "rank_best",
      label: "Best rank",
      type: "count",
      definition: "1 plus the reps whose interval lies wholly above this one's, for the signal.",
    },
    {
      key: "rank_worst",
      label: "Worst rank",
      type: "count",
      definition: "Ranked reps less those whose interval lies wholly below this one's.",
    },
    {
      key: "rank",
      label: "Rank",
      type: "count",
      definition:
        "Place among the reps for the signal; empty where intervals overlap, because the order may then be chance.",
    },
    days("weeks_period", "Days", "Days of the weeks that begin in the period."),
  ],
  drills: { mean_score: calls.mean("weeks_period"), call_count: calls.count("weeks_period") },
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "rep_user_id" },
      below: { key: "team_name" },
    },
    { key: "signal_name" },
    {
      key: "mean_score",
      interval: { low: "mean_low", high: "mean_high", within: "signal_name" },
      flag: { key: "has_few_calls", text: "few calls" },
    },
    { key: "call_count" },
    { key: "week_count", carries: ["weeks_period"] },
    { key: "weekly_change" },
    { key: "rank" },
    { key: "rank_best" },
    { key: "rank_worst" },
  ],
});

const weeks = tableSection({
  key: "weeks",
  title: "Weeks",
  about: "One row for each rep, week and signal, the newest week first.",
  empty: "No call was scored in this period.",
  main: true,
  query: "weeks.sql",
  countQuery: "counts.sql",
  countPart: "weeks",
  order: ["-week_on", "rep_name", "rep_user_id", "signal_name"],
  columns: [
    week,
    {
      key: "iso_week",
      label: "ISO week",
      type: "text",
      definition: "Year and number of the week by ISO 8601; the year is that of its Thursday.",
    },
    {
      key: "is_partial",
      label: "Week to date",
      type: "boolean",
      definition: "Whether the week still runs, so that more calls may come.",
    },
    repId,
    rep,
    team,
    signal,
    mean,
    callCount,
    few,
    {
      key: "trailing_mean_score",
      label: "4-week mean",
      type: "number",
      definition:
        "Mean over the calls of this week and the three before it, so weighted by calls. Empty when none of the four had calls.",
    },
    {
      key: "trailing_call_count",
      label: "4-week calls",
      type: "count",
      definition: "Calls of this week and the three before it: the n of the 4-week mean.",
    },
    days("week_period", "Days", "Days of the week, Monday to Sunday."),
    days("trailing_period", "4 weeks", "Days of this week and the three before it."),
  ],
  drills: {
    mean_score: calls.mean("week_period"),
    call_count: calls.count("week_period"),
    trailing_mean_score: calls.mean("trailing_period"),
    trailing_call_count: calls.count("trailing_period"),
  },
  cells: [
    { key: "week_on", below: { key: "iso_week" }, flag: { key: "is_partial", text: "to date" } },
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "rep_user_id" },
      below: { key: "team_name" },
    },
    { key: "signal_name" },
    { key: "mean_score", flag: { key: "has_few_calls", text: "few calls" } },
    { key: "call_count", carries: ["week_period"] },
    { key: "trailing_mean_score" },
    { key: "trailing_call_count", carries: ["trailing_period"] },
  ],
});

export default defineReport({
  slug: "rep-weekly-scores",
  group: "Conversations",
  position: 20,
  title: "Rep weekly scores",
  question: "Whose calls are getting better, and whose are not?",
  permission: "report:conversations",
  records: "call",
  marts: ["rep_weekly_scores"],
  parameters: ["period", "team", "owner", "signal"],
  defaults: { period: "last_90_days" },
  sections: [lines, reps, weeks],
});
