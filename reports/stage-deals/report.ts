import { defineReport, tableSection } from "../../src/reports/define.ts";
import { companyName, dealId, dealName, repId, teamName } from "../shared/columns.ts";
import { OPEN_STAGES, stage, stageParameters } from "../shared/stage.ts";
import { summary } from "./summary.ts";

const deals = tableSection({
  key: "deals",
  title: "Deals",
  about: [
    "{links}Those that came to the stage last come first. A deal's name leads to the deal.",
    "Those that came to the stage last come first.",
  ],
  empty: "No deal of this selection came to the stage.",
  main: true,
  query: "deals.sql",
  totalQuery: "summary.sql",
  order: ["-reached_on", "opportunity_name", "opportunity_id"],
  columns: [
    dealId,
    dealName,
    companyName,
    {
      key: "industry",
      label: "Industry",
      type: "text",
      definition: "Industry of the company; (none) where it is blank.",
    },
    {
      ...repId,
      label: "Owner, id",
      definition: "Identifies the owner in filters and in the other reports.",
    },
    { key: "owner_name", label: "Owner", type: "text", definition: "Owner, as named today." },
    { ...teamName, definition: "Team that the owner is in today." },
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
    stage,
    {
      key: "created_on",
      label: "Created",
      type: "date",
      definition: "Day of creation, in the business time zone.",
    },
    {
      key: "reached_on",
      label: "Reached",
      type: "date",
      definition: "Day on which the deal first came to the stage or, skipping it, to a later one.",
    },
    {
      key: "standing",
      label: "Then",
      type: "text",
      definition:
        "Moved on to a later stage, also where it came back; else lost from here; else still there, or back in an earlier stage.",
    },
    {
      key: "advanced_on",
      label: "Moved on",
      type: "date",
      definition:
        "Day on which it first reached a later stage, other than Closed Lost; empty: not so far.",
    },
    {
      key: "done_days",
      label: "Days in stage",
      type: "days",
      definition:
        "Whole days from entering the stage to leaving it, all stays together. Empty where the deal skipped the stage or is in it now, and for Closed Won.",
    },
    {
      key: "running_days",
      label: "Days so far",
      type: "days",
      definition:
        "Whole days since it entered the stage that it is in now, with earlier stays in it. Empty where it is in another.",
    },
    {
      key: "entry_count",
      label: "Entered",
      type: "count",
      definition: "How often the deal entered the stage; 0 where it skipped it.",
    },
    {
      key: "status",
      label: "Status",
      type: "text",
      definition: "Whether it is open, won or lost today.",
    },
    {
      key: "currency",
      label: "Currency",
      type: "text",
      definition: "Currency of the deal, which the list of deals goes by.",
    },
  ],
  cells: [
    {
      key: "opportunity_name",
      opens: {
        report: "opportunities",
        set: { period: "all" },
        by: { deal: "opportunity_id", currency: "currency" },
      },
      below: { key: "company_name" },
      carries: ["opportunity_id", "currency"],
    },
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "reached_on", carries: ["stage"] },
    { key: "standing", below: { key: "status" } },
    { key: "advanced_on" },
    { key: "done_days" },
    { key: "running_days" },
    { key: "entry_count" },
    { key: "created_on" },
    { key: "product_name" },
    { key: "industry", below: { key: "lead_source" } },
  ],
});

const steps = {
  reached: "That came to the stage",
  entered: "That entered it",
  skipped: "That skipped it",
  returned: "That entered it more than once",
  moved_on: "That moved on",
  undecided: "Open, not moved on",
  lost: "Lost from there",
  here: "Still there",
  back: "Back in an earlier stage",
  done: "That entered it and left",
  running: "That are in it now",
  won: "Won by now",
  open: "Open now",
  lost_by_now: "Lost by now",
};

export default defineReport({
  slug: "stage-deals",
  group: "Sales",
  position: 74,
  title: "Deals by stage",
  question: "Which deals came to this stage, and what became of them?",
  permission: "report:sales",
  marts: ["stage_funnel"],
  parameters: ["period", "team", "owner", "industry", "source", "product"],
  own: [
    ...stageParameters([...OPEN_STAGES, "Closed Won"]),
    {
      kind: "one",
      name: "step",
      label: "Deals",
      usual: "reached",
      options: Object.entries(steps).map(([value, label]) => ({ value, label })),
    },
    {
      kind: "day",
      name: "as_of",
      label: "As of",
      isQuiet: true,
      nothing: "Today",
      hint: "a day up to today",
    },
  ],
  customFields: "opportunities",
  defaults: { period: "fiscal_quarter" },
  sections: [summary, deals],
});
