import { defineReport, tableSection } from "../../src/reports/define.ts";
import { quartile } from "../shared/quartile.ts";
import { currency, signalName } from "./columns.ts";
import { summary } from "./summary.ts";

const deals = tableSection({
  key: "deals",
  title: "Deals",
  about: [
    "{links}The latest close first. A deal's name leads to its calls.",
    "The latest close first.",
  ],
  empty: "No closed deal of this selection has a scored call before its close.",
  main: true,
  query: "deals.sql",
  totalQuery: "summary.sql",
  order: ["-close_on", "opportunity_name", "opportunity_id"],
  columns: [
    { key: "opportunity_id", label: "Deal, id", type: "id", definition: "Identifies the deal." },
    { key: "opportunity_name", label: "Deal", type: "text", definition: "Name of the deal." },
    {
      key: "owner_user_id",
      label: "Owner, id",
      type: "id",
      definition: "Identifies the owner in filters and in the other reports.",
    },
    { key: "owner_name", label: "Owner", type: "text", definition: "Owner, as named today." },
    {
      key: "team_name",
      label: "Team",
      type: "text",
      definition: "Team that the owner is in today.",
    },
    {
      key: "industry",
      label: "Industry",
      type: "text",
      definition: "Industry of the company; (none) where it is blank.",
    },
    {
      key: "lead_source",
      label: "Source",
      type: "text",
      definition: "Marketing source of the deal; (none) where it is blank.",
    },
    {
      key: "product_name",
      label: "Product",
      type: "text",
      definition: "Product that the deal is mainly about; (none) where none is named.",
    },
    {
      key: "close_on",
      label: "Closed",
      type: "date",
      definition: "Day on which the deal was closed: a plain calendar day.",
    },
    { key: "status", label: "Outcome", type: "text", definition: "Whether it was won or lost." },
    currency,
    {
      key: "amount",
      label: "Amount",
      // Not "amount", which pages write in the chosen currency.
      type: "number",
      definition: "Worth of the deal, in its own currency; empty where it is not known.",
    },
    signalName,
    {
      key: "signal_value",
      label: "Mean of the calls",
      type: "number",
      definition:
        "Mean of the newest scores of the deal's calls before the day of its close, in the signal's own unit.",
    },
    {
      key: "quartile",
      label: "Quartile",
      type: "text",
      definition:
        "Where the mean falls by the cut points of the signal, Q1 lowest; empty until these are known.",
    },
    {
      key: "conversation_count",
      label: "Calls",
      type: "count",
      definition: "Scored calls before the day of the close: the n of the mean.",
    },
  ],
  cells: [
    {
      key: "opportunity_name",
      opens: { report: "conversations", set: { period: "all" }, by: { deal: "opportunity_id" } },
      below: { key: "product_name" },
      carries: ["opportunity_id"],
    },
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "close_on" },
    { key: "status" },
    { key: "quartile" },
    { key: "signal_value", below: { key: "signal_name" } },
    { key: "conversation_count" },
    { key: "amount", below: { key: "currency" } },
    { key: "industry", below: { key: "lead_source" } },
  ],
});

export default defineReport({
  slug: "outcome-deals",
  group: "Conversations",
  position: 35,
  title: "Deals by signal",
  question: "Which closed deals make a quartile?",
  permission: "report:conversations",
  records: "outcome",
  marts: ["signal_outcomes", "signal_cut_points"],
  asOf: { signal_cut_points: "quartile cut points" },
  parameters: ["period", "team", "owner", "industry", "source", "product", "signal", "currency"],
  own: [
    {
      kind: "one",
      name: "deals",
      label: "Deals",
      usual: "closed",
      options: [
        { value: "closed", label: "Closed in the period" },
        { value: "won", label: "Won in the period" },
        { value: "lost", label: "Lost in the period" },
      ],
    },
    quartile,
  ],
  defaults: { period: "last_12_months" },
  sections: [summary, deals],
});
