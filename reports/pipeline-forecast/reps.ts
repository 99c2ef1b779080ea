import { tableSection } from "../../src/reports/define.ts";
import { currency, quotaAmount, repId, repName, teamName } from "../shared/columns.ts";
import { figures } from "./columns.ts";
import { inCategory, open, pushed, slipped } from "./drills.ts";

const by = { owner: "owner_user_id" };
const category = (name: string, figure: string) => ({ ...inCategory(name)(figure), by });

export const reps = tableSection({
  key: "reps",
  title: "Reps",
  about: "By closed amount. Categories are each on their own here, so that they may be added up.",
  empty: "No rep has a deal, a push or a quota in this period.",
  main: true,
  query: "reps.sql",
  columns: [
    repId,
    repName,
    teamName,
    currency,
    ...Object.values(figures),
    quotaAmount,
    {
      key: "gap_amount",
      label: "Gap",
      type: "amount",
      definition: "Quota minus closed amount. Below 0 where more was won than that.",
    },
  ],
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    {
      key: "closed_amount",
      bar: true,
      below: { key: "closed_count", noun: ["deal", "deals"] },
      carries: ["currency"],
    },
    { key: "commit_amount", below: { key: "commit_count", noun: ["deal", "deals"] } },
    { key: "best_case_amount", below: { key: "best_case_count", noun: ["deal", "deals"] } },
    { key: "pipeline_amount", below: { key: "pipeline_count", noun: ["deal", "deals"] } },
    { key: "quota_amount", below: { key: "gap_amount", noun: ["to go", "to go"] } },
    {
      key: "coverage_ratio",
      flag: { key: "is_quota_met", text: "met" },
      carries: ["open_amount", "weighted_amount"],
    },
    { key: "slipped_amount", below: { key: "slipped_count", noun: ["deal", "deals"] } },
    { key: "push_count", below: { key: "pushed_deal_count", noun: ["deal", "deals"] } },
  ],
  drills: {
    closed_amount: category("Closed", "amount"),
    closed_count: category("Closed", "deal_count"),
    commit_amount: category("Commit", "amount"),
    commit_count: category("Commit", "deal_count"),
    best_case_amount: category("Best Case", "amount"),
    best_case_count: category("Best Case", "deal_count"),
    pipeline_amount: category("Pipeline", "amount"),
    pipeline_count: category("Pipeline", "deal_count"),
    open_amount: { ...open("amount"), by },
    weighted_amount: { ...open("weighted_amount"), by },
    slipped_amount: { ...slipped("amount"), by },
    slipped_count: { ...slipped("deal_count"), by },
    push_count: { ...pushed("push_count"), by },
    pushed_deal_count: { ...pushed("deal_count"), by },
  },
});
