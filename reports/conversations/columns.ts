import type { Column } from "../../src/reports/define.ts";

export const callId: Column = {
  key: "call_id",
  label: "Call, id",
  type: "id",
  definition: "Identifies the call: the id that the recording system gave it.",
};
export const started: Column = {
  key: "started_at",
  label: "When",
  type: "time",
  definition: "When the call started; on the page in the business time zone.",
};
export const rep: Column = {
  key: "rep_name",
  label: "Rep",
  type: "text",
  definition: "Person who held the call, as named today; (none) where that is not known.",
};
export const signal: Column = {
  key: "signal_name",
  label: "Signal",
  type: "name",
  definition:
    "Signal whose score is shown: the first of those chosen, that of the filter Score, or else the call score.",
};
export const callCount = (definition: string): Column => ({
  key: "call_count",
  label: "Calls",
  type: "count",
  definition,
});
export const scoredCount = (definition: string): Column => ({
  key: "scored_count",
  label: "Scored calls",
  type: "count",
  definition,
});
export const meanScore = (definition: string): Column => ({
  key: "mean_score",
  label: "Mean score",
  type: "number",
  definition,
});
