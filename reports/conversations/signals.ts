import { tableSection } from "../../src/reports/define.ts";
import { callId, rep, started } from "./columns.ts";

export const signals = tableSection({
  key: "signals",
  title: "Signals of these calls",
  about: "Every score that the calls ever got; one that is replaced counts in no report any more.",
  empty: "None, or more than 25 calls: choose one, or narrow the selection.",
  query: "signals.sql",
  columns: [
    callId,
    started,
    rep,
    {
      key: "signal_name",
      label: "Signal",
      type: "name",
      definition: "What the call was scored for.",
    },
    {
      key: "signal_value",
      label: "Score",
      type: "number",
      definition: "Score in the signal's own unit; empty where the finding is words.",
    },
    {
      key: "signal_text",
      label: "Finding",
      type: "text",
      definition: "Finding in words; empty where it is a number.",
    },
    {
      key: "is_replaced",
      label: "Replaced",
      type: "boolean",
      definition:
        "Whether a newer score stands in its place: one of a later time or, of the same time, of the higher version.",
    },
    {
      key: "confidence",
      label: "Confidence",
      type: "rate",
      definition: "How sure the scoring model was; empty where it did not say.",
    },
    {
      key: "scoring_version",
      label: "Version",
      type: "text",
      definition: "Version of the model that scored the call.",
    },
    {
      key: "scored_at",
      label: "Scored",
      type: "time",
      definition: "When the call was scored; on the page in the business time zone.",
    },
  ],
  cells: [
    { key: "started_at", below: { key: "rep_name" }, carries: ["call_id"] },
    { key: "signal_name" },
    { key: "signal_value", flag: { key: "is_replaced", text: "replaced" } },
    { key: "signal_text" },
    { key: "confidence" },
    { key: "scoring_version" },
    { key: "scored_at" },
  ],
});
