import { tableSection } from "../../src/reports/define.ts";
import { callId, rep, signal, started } from "./columns.ts";

export const calls = tableSection({
  key: "calls",
  title: "Calls",
  about: [
    "{links}The newest first; last, the mean of the scores. A title leads to all scores of the call.",
    "The newest first; last, the mean of the scores.",
  ],
  empty: "No call falls into this selection.",
  main: true,
  query: "calls.sql",
  totalQuery: "figures.sql",
  order: ["-started_at", "call_id"],
  columns: [
    callId,
    {
      key: "title",
      label: "Call",
      type: "text",
      definition: "Title that the recording system gave; (no title) where it gave none.",
    },
    started,
    {
      key: "rep_user_id",
      label: "Rep, id",
      type: "id",
      definition: "Identifies the rep in filters and in the other reports.",
    },
    rep,
    {
      key: "team_name",
      label: "Team",
      type: "text",
      definition: "Team that the rep is in today.",
    },
    {
      key: "company_name",
      label: "Company",
      type: "text",
      definition: "Company of the customer; (none) where it is not known.",
    },
    {
      key: "opportunity_id",
      label: "Deal, id",
      type: "id",
      definition: "Identifies the deal that the call was about; empty where there is none.",
    },
    {
      key: "opportunity_name",
      label: "Deal",
      type: "text",
      definition: "Deal that the call was about; (none) where there is none.",
    },
    {
      key: "opportunity_currency",
      label: "Deal, currency",
      type: "text",
      definition: "Currency of that deal; empty where there is none.",
    },
    {
      key: "duration_seconds",
      label: "Length",
      type: "spent",
      definition: "How long the call lasted, in seconds in exports; empty where it is not known.",
    },
    signal,
    {
      key: "score",
      label: "Score",
      type: "number",
      definition:
        "Newest score of the call for the signal, in the signal's own unit. Empty where it has none, or its newest finding is words.",
    },
    {
      key: "signal_count",
      label: "Signals",
      type: "count",
      definition: "Signals that the call was scored for, by whatever version.",
    },
    {
      key: "excerpt",
      label: "Excerpt",
      type: "excerpt",
      definition:
        "What was said around the words that are searched for, which stand in « and ». Empty where nothing is searched for.",
    },
  ],
  cells: [
    {
      key: "title",
      filter: { parameter: "call", key: "call_id" },
      below: { key: "company_name" },
    },
    { key: "excerpt", when: "q" },
    { key: "started_at" },
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "rep_user_id" },
      below: { key: "team_name" },
    },
    { key: "score", below: { key: "signal_name" } },
    { key: "duration_seconds" },
    {
      key: "opportunity_name",
      opens: {
        report: "opportunities",
        set: { period: "all" },
        by: { deal: "opportunity_id", currency: "opportunity_currency" },
      },
      carries: ["opportunity_id", "opportunity_currency"],
    },
    { key: "signal_count" },
  ],
});
