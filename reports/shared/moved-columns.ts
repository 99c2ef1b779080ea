import type { Column } from "../../src/reports/define.ts";
import { companyName, currency, dealId, dealName, repId, teamName } from "./columns.ts";

/** Columns of lists of deals whose close date moved. */
export const movedColumns: Column[] = [
  dealId,
  dealName,
  companyName,
  {
    ...repId,
    label: "Owner, id",
    definition: "Identifies the owner in filters and in the other reports.",
  },
  {
    key: "owner_name",
    label: "Owner",
    type: "text",
    definition:
      "Whose deal it was: of a slipped deal, when the period began; of a pushed one, at its last push in the period.",
  },
  teamName,
  { ...currency, definition: "Currency of the amounts in the row." },
  {
    key: "amount",
    label: "Amount then",
    type: "amount",
    definition:
      "What the deal was worth: when the period began, where it slipped; at its last push in the period, where it was pushed.",
  },
  {
    key: "was_due_on",
    label: "Was due",
    type: "date",
    definition:
      "Close date when the period began, where it slipped; before its first push in the period, where it was pushed.",
  },
  {
    key: "due_on",
    label: "Now due",
    type: "date",
    definition:
      "Close date as it is now. Empty where there is none, or where the deal is somebody's now whose rows you do not see.",
  },
  {
    key: "moved_days",
    label: "Moved by",
    type: "days",
    definition: "Days from the one close date to the other.",
  },
  {
    key: "push_count",
    label: "Pushes",
    type: "count",
    definition:
      "How often its close date moved to a later day: since the period began, where it slipped; in the period, where it was pushed.",
  },
  {
    key: "present_amount",
    label: "Amount now",
    type: "amount",
    definition: "What the deal is worth now.",
  },
  { key: "stage", label: "Stage", type: "text", definition: "Stage that the deal is in now." },
  {
    key: "status",
    label: "Status",
    type: "text",
    definition: "Whether it is open, won or lost by now.",
  },
];
export const movedCells = [
  { key: "opportunity_name", below: { key: "company_name" }, carries: ["opportunity_id"] },
  {
    key: "owner_name",
    filter: { parameter: "owner", key: "owner_user_id" },
    below: { key: "team_name" },
  },
  {
    key: "amount",
    below: { key: "present_amount", noun: ["now", "now"] as [string, string] },
    carries: ["currency"],
  },
  { key: "was_due_on" },
  { key: "due_on", below: { key: "moved_days", noun: ["later", "later"] as [string, string] } },
  { key: "push_count" },
  { key: "stage", below: { key: "status" } },
];
