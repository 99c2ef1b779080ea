import { defineReport, tableSection, tilesSection } from "../../src/reports/define.ts";
import { currency } from "../shared/columns.ts";
import { movedCells, movedColumns } from "../shared/moved-columns.ts";

const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    {
      ...currency,
      definition: "Currency of every amount here. Deals in other currencies are not in the list.",
    },
    { key: "deal_count", label: "Deals", type: "count", definition: "Deals in the list." },
    {
      key: "amount",
      label: "Amount then",
      type: "amount",
      definition:
        "Sum of what the deals in the list were worth then. Deals without an amount add nothing and are counted apart.",
    },
    {
      key: "missing_amount_count",
      label: "Without amount",
      type: "count",
      definition: "Deals in the list that carried no amount then.",
    },
    {
      key: "push_count",
      label: "Pushes",
      type: "count",
      definition: "Sum of the pushes of the deals in the list.",
    },
    {
      key: "median_moved_days",
      label: "Moved by",
      type: "days",
      definition: "Median days from the close date then to the one now.",
    },
    {
      key: "won_count",
      label: "Won since",
      type: "count",
      definition: "Deals in the list that are won by now.",
    },
    {
      key: "lost_count",
      label: "Lost since",
      type: "count",
      definition: "Deals in the list that are lost by now.",
    },
  ],
  tiles: [
    {
      label: "Amount then",
      value: "amount",
      empty: "no amounts",
      notes: [["{deal_count|deal|deals}"], ["{missing_amount_count:some} without amount", ""]],
    },
    { label: "Pushes", value: "push_count", empty: "none", notes: [] },
    { label: "Moved by", value: "median_moved_days", empty: "–", notes: [["median"]] },
    { label: "Won since", value: "won_count", empty: "–", notes: [] },
    { label: "Lost since", value: "lost_count", empty: "–", notes: [] },
  ],
});

const deals = tableSection({
  key: "deals",
  title: "Deals",
  about: "The largest first.",
  empty: "No deal slipped or was pushed in this selection, as far as its history is known.",
  main: true,
  query: "deals.sql",
  totalQuery: "summary.sql",
  order: ["-amount", "opportunity_name", "opportunity_id"],
  columns: movedColumns,
  cells: movedCells,
});

export default defineReport({
  slug: "slipped-deals",
  group: "Sales",
  position: 70,
  title: "Slipped and pushed deals",
  question: "Which deals did not close when they were to?",
  permission: "report:sales",
  marts: ["pipeline_history"],
  parameters: ["period", "team", "owner", "industry", "source", "product", "currency"],
  own: [
    {
      kind: "one",
      name: "moved",
      label: "Deals",
      usual: "slipped",
      options: [
        { value: "slipped", label: "Slipped out of the period" },
        { value: "pushed", label: "Pushed in the period" },
      ],
    },
  ],
  customFields: "opportunities",
  defaults: { period: "fiscal_quarter" },
  sections: [summary, deals],
});
