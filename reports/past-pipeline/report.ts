import { defineReport, tableSection, tilesSection } from "../../src/reports/define.ts";
import { companyName, currency, dealId, dealName, repId, teamName } from "../shared/columns.ts";

const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    {
      key: "day_on",
      label: "Day",
      type: "date",
      definition: "Day at whose end the deals stood like this, in the business time zone.",
    },
    {
      ...currency,
      definition: "Currency of every amount here. Deals in other currencies are not in the list.",
    },
    { key: "deal_count", label: "Deals", type: "count", definition: "Deals in the list." },
    {
      key: "amount",
      label: "Amount",
      type: "amount",
      definition:
        "Sum of what the deals in the list were worth that day. Deals without an amount add nothing and are counted apart.",
    },
    {
      key: "weighted_amount",
      label: "Weighted",
      type: "amount",
      definition:
        "Sum of amount times probability, as they were that day. A deal without a probability takes that of its stage.",
    },
    {
      key: "missing_amount_count",
      label: "Without amount",
      type: "count",
      definition: "Deals in the list that carried no amount that day.",
    },
    {
      key: "unknown_count",
      label: "Not known",
      type: "count",
      definition:
        "Deals that existed that day, and whose history begins later: how they stood is not known, so they are not in the list.",
    },
    {
      key: "known_from_on",
      label: "Known from",
      type: "date",
      definition:
        "Day from which the history of all of them is known. Empty when nothing is missing.",
    },
  ],
  tiles: [
    {
      label: "Amount",
      value: "amount",
      empty: "no amounts",
      notes: [
        ["{deal_count|deal|deals} at the end of {day_on}"],
        ["{missing_amount_count:some} without amount", ""],
      ],
    },
    { label: "Weighted", value: "weighted_amount", empty: "no amounts", notes: [] },
  ],
  notices: [
    {
      when: "unknown_count",
      text: "History unavailable before {known_from_on}: how {unknown_count|deal|deals} stood that day is not known",
    },
  ],
});

const deals = tableSection({
  key: "deals",
  title: "Deals",
  about: "As they stood at the end of the day. The earliest close date first.",
  empty: "No deal was open and due in this selection then, as far as its history is known.",
  main: true,
  query: "deals.sql",
  totalQuery: "summary.sql",
  order: ["close_on", "opportunity_name", "opportunity_id"],
  columns: [
    dealId,
    dealName,
    companyName,
    {
      key: "industry",
      label: "Industry",
      type: "text",
      definition: "Industry of the company today; (none) where it is blank.",
    },
    {
      ...repId,
      label: "Owner, id",
      definition: "Identifies the owner in filters and in the other reports.",
    },
    {
      key: "owner_name",
      label: "Owner",
      type: "text",
      definition: "Who owned the deal that day, as named today.",
    },
    { ...teamName, definition: "Team that this person is in today." },
    {
      key: "product_name",
      label: "Product",
      type: "text",
      definition: "Product that the deal is mainly about today; (none) where none is named.",
    },
    {
      key: "lead_source",
      label: "Source",
      type: "text",
      definition: "Marketing source of the deal; (none) where it is blank.",
    },
    { key: "stage", label: "Stage", type: "text", definition: "Stage that the deal was in." },
    { ...currency, definition: "Currency of the amounts in the row." },
    {
      key: "amount",
      label: "Amount",
      type: "amount",
      definition: "What the deal was worth that day; empty where it was not known.",
    },
    {
      key: "probability",
      label: "Probability",
      type: "rate",
      definition:
        "Chance of winning that day: the deal's own then, or its stage's where it had none.",
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
      definition: "Day on which the deal was to close, as it was expected that day.",
    },
    {
      key: "push_count",
      label: "Pushes",
      type: "count",
      definition: "How often the close date had been moved to a later day until then.",
    },
  ],
  cells: [
    { key: "opportunity_name", below: { key: "company_name" }, carries: ["opportunity_id"] },
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "stage" },
    { key: "amount", carries: ["currency"] },
    { key: "probability" },
    { key: "weighted_amount" },
    { key: "close_on" },
    { key: "push_count" },
    { key: "created_on" },
    { key: "product_name" },
    { key: "industry", below: { key: "lead_source" } },
  ],
});

export default defineReport({
  slug: "past-pipeline",
  group: "Sales",
  position: 72,
  title: "Pipeline on a day",
  question: "How did the pipeline stand that day?",
  permission: "report:sales",
  marts: ["pipeline_history"],
  parameters: ["period", "team", "owner", "industry", "source", "product", "stage", "currency"],
  own: [
    {
      kind: "day",
      name: "on",
      label: "At the end of",
      nothing: "Today",
      hint: "a day up to today",
    },
  ],
  customFields: "opportunities",
  defaults: { period: "fiscal_quarter" },
  sections: [summary, deals],
});
