import { defineReport, tableSection } from "../../src/reports/define.ts";
import { summary } from "./summary.ts";

const cases = tableSection({
  key: "cases",
  title: "Cases",
  about: "The newest first.",
  empty: "No case falls into this selection.",
  main: true,
  query: "cases.sql",
  totalQuery: "total.sql",
  order: ["-opened_on", "-case_number"],
  columns: [
    { key: "case_id", label: "Case, id", type: "id", definition: "Identifies the case." },
    {
      key: "case_number",
      label: "Number",
      type: "id",
      definition: "Number that the customer knows.",
    },
    {
      key: "subject",
      label: "Case",
      type: "text",
      definition: "What it is about, in the customer's words.",
    },
    {
      key: "company_name",
      label: "Company",
      type: "text",
      definition: "Company that reported it; (none) where it is not known.",
    },
    {
      key: "industry",
      label: "Industry",
      type: "text",
      definition: "Industry of that company; (none) where it is blank or the company not known.",
    },
    {
      key: "owner_user_id",
      label: "Owner, id",
      type: "id",
      definition: "Identifies the owner in filters and in the other reports.",
    },
    { key: "owner_name", label: "Owner", type: "text", definition: "Owner today, as named today." },
    {
      key: "team_name",
      label: "Team",
      type: "text",
      definition: "Team that the owner is in today.",
    },
    {
      key: "priority",
      label: "Priority",
      type: "text",
      definition: "Low, Medium, High or Urgent, today.",
    },
    {
      key: "status",
      label: "Status",
      type: "text",
      definition: "New, Open, Pending, Resolved or Closed, today.",
    },
    {
      key: "opened_on",
      label: "Created on",
      type: "date",
      definition: "Day of creation, in the business time zone.",
    },
    {
      key: "opened_at",
      label: "Created",
      type: "time",
      definition: "When the case was created, in the business time zone.",
    },
    {
      key: "age_days",
      label: "Age",
      type: "days",
      definition: "Days from creation to today while the case is open.",
    },
    {
      key: "response_hours",
      label: "First response",
      type: "hours",
      definition:
        "Time from creation to the first public reply by one of ours; empty: unanswered. A negative one is an error in the data.",
    },
    {
      key: "resolution_hours",
      label: "First resolution",
      type: "hours",
      definition: "Time from creation to the first time that it became Resolved.",
    },
    {
      key: "full_hours",
      label: "Full resolution",
      type: "hours",
      definition:
        "Time from creation to the last time that it became Resolved, be it open again by now.",
    },
    {
      key: "reopen_count",
      label: "Reopens",
      type: "count",
      definition: "Times that it became Resolved, less one; empty: never resolved.",
    },
  ],
  cells: [
    { key: "subject", below: { key: "company_name" }, carries: ["case_id", "industry"] },
    { key: "case_number" },
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "priority" },
    { key: "status" },
    { key: "opened_at", carries: ["opened_on"] },
    { key: "age_days" },
    { key: "response_hours" },
    { key: "resolution_hours", below: { key: "full_hours", noun: ["in full", "in full"] } },
    { key: "reopen_count" },
  ],
});

export default defineReport({
  slug: "cases",
  group: "Service",
  position: 20,
  title: "Cases",
  question: "Which cases make the number?",
  permission: "report:service",
  records: "case",
  marts: ["support_cases", "case_open_times"],
  parameters: ["period", "team", "owner", "industry"],
  own: [
    {
      kind: "one",
      name: "cases",
      label: "Cases",
      usual: "created",
      options: [
        { value: "created", label: "Created in the period" },
        { value: "backlog", label: "Open at the end of the period" },
        { value: "answered", label: "Created in the period, answered" },
        { value: "unanswered", label: "Created in the period, unanswered" },
        { value: "waiting", label: "Created in the period, unanswered and open" },
        { value: "resolved", label: "First resolved in the period" },
        { value: "returned", label: "First resolved in the period, and resolved again" },
        { value: "reopened", label: "Opened again in the period" },
        { value: "negative", label: "Created in the period, answered before" },
      ],
    },
    {
      kind: "many",
      name: "priority",
      label: "Priority",
      options: ["Urgent", "High", "Medium", "Low"].map((value) => ({ value, label: value })),
    },
    {
      kind: "many",
      name: "status",
      label: "Status",
      options: ["New", "Open", "Pending", "Resolved", "Closed"].map((value) => ({
        value,
        label: value,
      })),
    },
  ],
  customFields: "cases",
  defaults: { period: "last_90_days" },
  sections: [summary, cases],
});
