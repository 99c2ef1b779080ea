import { defineReport, tableSection } from "../../src/reports/define.ts";
import { summary } from "./summary.ts";

const leads = tableSection({
  key: "leads",
  title: "Leads",
  about: "The newest first.",
  empty: "No lead falls into this selection.",
  main: true,
  query: "leads.sql",
  totalQuery: "total.sql",
  order: ["-created_on", "lead_name", "lead_id"],
  columns: [
    { key: "lead_id", label: "Lead, id", type: "id", definition: "Identifies the lead." },
    {
      key: "lead_name",
      label: "Lead",
      type: "text",
      definition: "First and last name of the person; (no name) where both are blank.",
    },
    {
      key: "company_name",
      label: "Company",
      type: "text",
      definition: "Company as the lead names it; (none) where it is blank.",
    },
    {
      key: "industry",
      label: "Industry",
      type: "text",
      definition: "Industry as the lead names it; (none) where it is blank.",
    },
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
      key: "lead_source",
      label: "Source",
      type: "text",
      definition:
        "Where the lead came from; (none) where it is blank, which is not the same as unknown.",
    },
    {
      key: "status",
      label: "Status",
      type: "text",
      definition: "New, Working, Qualified, Unqualified or Converted.",
    },
    {
      key: "created_on",
      label: "Created",
      type: "date",
      definition: "Day of creation, in the business time zone.",
    },
    {
      key: "age_days",
      label: "Age",
      type: "days",
      definition: "Days from the day of creation to today.",
    },
    {
      key: "converted_on",
      label: "Converted",
      type: "date",
      definition:
        "Day on which it became a contact and a deal, in the business time zone; empty: not so far.",
    },
    {
      key: "days_to_convert",
      label: "Time to convert",
      type: "days",
      definition:
        "Time from creation to conversion in days of 24 hours. A negative one is an error in the data.",
    },
  ],
  cells: [
    { key: "lead_name", below: { key: "company_name" }, carries: ["lead_id"] },
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "lead_source", filter: { parameter: "source", key: "lead_source" } },
    { key: "status" },
    { key: "created_on" },
    { key: "age_days" },
    { key: "converted_on" },
    { key: "days_to_convert" },
    { key: "industry" },
  ],
});

export default defineReport({
  slug: "leads",
  group: "Sales",
  position: 65,
  title: "Leads",
  question: "Which leads make the number?",
  permission: "report:sales",
  records: "lead",
  marts: ["lead_conversion"],
  parameters: ["period", "team", "owner", "industry", "source"],
  own: [
    {
      kind: "one",
      name: "leads",
      label: "Leads",
      usual: "created",
      options: [
        { value: "created", label: "Created in the period" },
        { value: "converted", label: "Converted in the period" },
      ],
    },
    {
      kind: "one",
      name: "outcome",
      label: "Outcome",
      options: [
        { value: "converted", label: "Converted" },
        { value: "within_30", label: "Converted within 30 days" },
        { value: "within_60", label: "Converted within 60 days" },
        { value: "within_90", label: "Converted within 90 days" },
        { value: "undecided", label: "Not decided yet" },
        { value: "unqualified", label: "Unqualified" },
        { value: "negative", label: "Converted before creation" },
      ],
    },
    {
      kind: "one",
      name: "age",
      label: "Age",
      options: [
        { value: "30", label: "More than 30 days" },
        { value: "60", label: "More than 60 days" },
        { value: "90", label: "More than 90 days" },
        { value: "young", label: "90 days at most" },
      ],
    },
    {
      kind: "many",
      name: "status",
      label: "Status",
      options: ["New", "Working", "Qualified", "Unqualified", "Converted"].map((value) => ({
        value,
        label: value,
      })),
    },
  ],
  customFields: "leads",
  defaults: { period: "last_12_months" },
  sections: [summary, leads],
});
