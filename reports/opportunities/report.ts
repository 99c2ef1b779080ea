import { defineReport, tableSection } from "../../src/reports/define.ts";
import { amount } from "../shared/amount.ts";
import { deal } from "../shared/deal.ts";
import { summary } from "./summary.ts";

const deals = tableSection({
  key: "deals",
  title: "Deals",
  about: "The latest close date first.",
  empty: "No deal falls into this selection.",
  main: true,
  query: "deals.sql",
  totalQuery: "summary.sql",
  order: ["-close_on", "opportunity_name", "opportunity_id"],
  columns: [
    { key: "opportunity_id", label: "Deal, id", type: "id", definition: "Identifies the deal." },
    { key: "opportunity_name", label: "Deal", type: "text", definition: "Name of the deal." },
    { key: "company_name", label: "Company", type: "text", definition: "Company that is to buy." },
    {
      key: "industry",
      label: "Industry",
      type: "text",
      definition: "Industry of the company; (none) where it is blank.",
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
      key: "product_name",
      label: "Product",
      type: "text",
      definition: "Product that the deal is mainly about; (none) where none is named.",
    },
    {
      key: "lead_source",
      label: "Source",
      type: "text",
      definition: "Marketing source of the deal; (none) where it is blank.",
    },
    { key: "stage", label: "Stage", type: "text", definition: "Stage that the deal is in now." },
    {
      key: "status",
      label: "Status",
      type: "text",
      definition: "Whether it is open, won or lost.",
    },
    {
      key: "forecast_category",
      label: "Category",
      type: "text",
      definition:
        "Forecast category: the deal's own, or its stage's where it has none or is closed.",
    },
    {
      key: "currency",
      label: "Currency",
      type: "text",
      definition: "Currency of the amounts in the row.",
    },
    {
      key: "amount",
      label: "Amount",
      type: "amount",
      definition: "Worth of the deal; empty where it is not known.",
    },
    {
      key: "probability",
      label: "Probability",
      type: "rate",
      definition:
        "Chance of winning: the deal's own, or its stage's where it has none or is closed.",
    },
    {
      key: "weighted_amount",
      label: "Weighted",
      type: "amount",
      definition: "Amount times probability.",
    },
    {
      key: "created_on",
      label: "Created",
      type: "date",
      definition: "Day of creation, in the business time zone.",
    },
    {
      key: "close_on",
      label: "Close date",
      type: "date",
      definition: "Expected day while open, actual one once closed: a plain calendar day.",
    },
    {
      key: "cycle_days",
      label: "Cycle",
      type: "days",
      definition:
        "Days from creation to close date of a won deal. A negative one is an error in the data.",
    },
  ],
  cells: [
    { key: "opportunity_name", below: { key: "company_name" }, carries: ["opportunity_id"] },
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "stage", below: { key: "forecast_category" }, carries: ["status"] },
    { key: "amount", carries: ["currency"] },
    { key: "probability" },
    { key: "weighted_amount" },
    { key: "close_on" },
    { key: "created_on" },
    { key: "cycle_days" },
    { key: "product_name" },
    { key: "industry", below: { key: "lead_source" } },
  ],
});

export default defineReport({
  slug: "opportunities",
  group: "Sales",
  position: 60,
  title: "Deals",
  question: "Which deals make the number?",
  permission: "report:sales",
  marts: ["sales_dashboard"],
  parameters: ["period", "team", "owner", "industry", "source", "product", "stage", "currency"],
  own: [
    {
      kind: "one",
      name: "deals",
      label: "Deals",
      usual: "due",
      options: [
        { value: "due", label: "Close date in the period" },
        { value: "closed", label: "Closed in the period" },
        { value: "won", label: "Won in the period" },
        { value: "lost", label: "Lost in the period" },
        { value: "ahead", label: "Won, closing later in the period" },
        { value: "open", label: "Open, due in what is left of the period" },
        { value: "forecast", label: "Won, or forecast to be won, in the period" },
        { value: "overdue", label: "Open, past the close date" },
        { value: "undated", label: "Open, without a close date" },
        { value: "created", label: "Created in the period" },
      ],
    },
    {
      kind: "many",
      name: "category",
      label: "Category",
      options: ["Pipeline", "Best Case", "Commit", "Closed", "Omitted"].map((value) => ({
        value,
        label: value,
      })),
    },
    {
      kind: "one",
      name: "at_least",
      label: "At least",
      everything: "Any category",
      options: ["Pipeline", "Best Case", "Commit", "Closed"].map((value) => ({
        value,
        label: value,
      })),
    },
    amount,
    deal,
  ],
  customFields: "opportunities",
  defaults: { period: "fiscal_quarter" },
  sections: [summary, deals],
});
