import { chartSection, defineReport, tableSection } from "../../src/reports/define.ts";
import { figures } from "./columns.ts";
import { closed, open, won } from "./drills.ts";
import { summary } from "./summary.ts";

const trend = chartSection({
  key: "trend",
  title: "Won revenue, cumulative",
  about: [
    "{quota_amount:has}Against quota and {compare}",
    "{quota_amount:has}Against quota",
    "Against {compare}",
    "Day by day",
  ],
  empty: "Nothing was won in this period or the one it compares with.",
  query: "trend.sql",
  wide: true,
  columns: [
    { key: "day_on", label: "Day", type: "date", definition: "Close date, a plain calendar day." },
    {
      ...figures.won_amount,
      definition: "Won revenue from the start of the period to the end of this day.",
    },
    {
      key: "compare_on",
      label: "Compared day",
      type: "date",
      definition: "The day at the same place in the period compared with.",
    },
    {
      ...figures.compare_won_amount,
      definition: "Won revenue from the start of the compared period to the compared day.",
    },
    {
      ...figures.quota_amount,
      definition:
        "The part of the quota that falls to the days so far, spread evenly over the days of each quota.",
    },
  ],
  chart: {
    type: "line",
    x: "day_on",
    series: [
      { key: "won_amount", label: "{period}", role: "main" },
      { key: "compare_won_amount", label: "{compare_whole}", role: "comparison" },
      { key: "quota_amount", label: "Quota", role: "target" },
    ],
  },
});

const stages = chartSection({
  key: "stages",
  title: "Open pipeline by stage",
  about: "Weighted share darker, closing in what is left of the period",
  empty: "No open deal with an amount should close in what is left of this period.",
  query: "stages.sql",
  columns: [
    { key: "stage", label: "Stage", type: "text", definition: "Stage that the deal is in now." },
    figures.open_count,
    figures.open_amount,
    { ...figures.open_weighted_amount, key: "weighted_amount", label: "Weighted" },
    {
      key: "remainder_amount",
      label: "Not weighted in",
      type: "amount",
      definition: "Open amount minus weighted amount.",
    },
    {
      key: "missing_amount_count",
      label: "Without amount",
      type: "count",
      definition: "Open deals of the stage that carry no amount yet.",
    },
  ],
  chart: {
    type: "bar",
    x: "stage",
    series: [
      { key: "weighted_amount", label: "Weighted", role: "main" },
      { key: "remainder_amount", label: "Open beyond that", role: "soft" },
    ],
  },
  drills: {
    open_count: { ...open("deal_count"), by: { stage: "stage" } },
    open_amount: { ...open("amount"), by: { stage: "stage" } },
    weighted_amount: { ...open("weighted_amount"), by: { stage: "stage" } },
    missing_amount_count: {
      ...open("deal_count"),
      set: { deals: "open", amount: "missing" },
      by: { stage: "stage" },
    },
  },
});

const by = { owner: "owner_user_id" };

const reps = tableSection({
  key: "reps",
  title: "Reps",
  about: ["{links}By won revenue. A name shows that rep alone.", "By won revenue."],
  empty: "No rep has a deal or a quota in this period.",
  main: true,
  query: "reps.sql",
  columns: [
    {
      key: "owner_user_id",
      label: "Rep, id",
      type: "id",
      definition: "Identifies the rep in filters and in the other reports.",
    },
    {
      key: "rep_name",
      label: "Rep",
      type: "text",
      definition: "Owner of the deals, as named today.",
    },
    { key: "team_name", label: "Team", type: "text", definition: "Team that the rep is in today." },
    ...Object.values(figures),
  ],
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "won_amount", bar: true, carries: ["currency"] },
    { key: "won_count" },
    { key: "quota_amount" },
    { key: "attainment_rate" },
    { key: "won_change", carries: ["compare_won_amount"] },
    {
      key: "win_rate",
      interval: { low: "win_rate_low", high: "win_rate_high", n: "closed_count" },
    },
    { key: "open_amount", below: { key: "open_count", noun: ["deal", "deals"] } },
    { key: "open_weighted_amount" },
  ],
  drills: {
    won_amount: { ...won("amount"), by },
    won_count: { ...won("deal_count"), by },
    compare_won_amount: { ...won("amount"), by, compared: true },
    closed_count: { ...closed("deal_count"), by },
    win_rate: { ...closed("win_rate"), by },
    open_amount: { ...open("amount"), by },
    open_count: { ...open("deal_count"), by },
    open_weighted_amount: { ...open("weighted_amount"), by },
  },
});

export default defineReport({
  slug: "sales-dashboard",
  group: "Sales",
  position: 10,
  title: "Sales dashboard",
  question: "Will we make the quarter, and who is carrying it?",
  permission: "report:sales",
  marts: ["sales_dashboard"],
  parameters: ["period", "compare", "team", "owner", "industry", "source", "product", "currency"],
  customFields: "opportunities",
  defaults: { period: "fiscal_quarter", compare: "previous" },
  sections: [summary, trend, stages, reps],
});
