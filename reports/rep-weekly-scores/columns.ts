import type { Column } from "../../src/reports/define.ts";

export const repId: Column = {
  key: "rep_user_id",
  label: "Rep, id",
  type: "id",
  definition: "Identifies the rep in filters and in the other reports.",
};
export const rep: Column = {
  key: "rep_name",
  label: "Rep",
  type: "text",
  definition: "Person who held the calls, as named today.",
};
export const team: Column = {
  key: "team_name",
  label: "Team",
  type: "text",
  definition: "Team that the rep is in today.",
};
export const signal: Column = {
  key: "signal_name",
  label: "Signal",
  type: "name",
  definition: "What the calls were scored for.",
};
export const week: Column = {
  key: "week_on",
  label: "Week of",
  type: "date",
  definition:
    "Monday of the ISO week in the business time zone. The weeks shown are those that begin in the period.",
};
export const callCount: Column = {
  key: "call_count",
  label: "Calls",
  type: "count",
  definition: "Calls with a score for the signal: the n of the mean. 0 is a week without calls.",
};
export const mean: Column = {
  key: "mean_score",
  label: "Mean score",
  type: "number",
  definition:
    "Mean over the calls of each call's newest score, in the signal's own unit. Empty in a week without calls, which is not a score of 0.",
};
export const few: Column = {
  key: "has_few_calls",
  label: "Few calls",
  type: "boolean",
  definition: "Whether the mean stands on fewer than 5 calls, too few to read much into it.",
};
/** Days, as the address of a report takes them. */
export const days = (key: string, label: string, definition: string): Column => ({
  key,
  label,
  type: "text",
  definition,
});
