import { tableSection } from "../../src/reports/define.ts";
import { attainment } from "../shared/attainment-columns.ts";
import { drillsBy, quotasBy } from "../shared/attainment-drills.ts";
import { repId, repName, teamName } from "../shared/columns.ts";

const by = { owner: "owner_user_id" };
const noun = (one: string, many: string): [string, string] => [one, many];

export const people = tableSection({
  key: "people",
  title: "People",
  about: [
    "{links}The rep and the team, as far as you see their rows; a name opens that scorecard.",
    "The rep and the team.",
  ],
  empty: "Nobody whose rows you see has a quota, a won deal or an open one in this period.",
  main: true,
  query: "people.sql",
  columns: [
    repId,
    repName,
    teamName,
    {
      key: "is_chosen",
      label: "This rep",
      type: "boolean",
      definition: "Whether the scorecard is this person's.",
    },
    {
      key: "is_without_quota",
      label: "No quota",
      type: "boolean",
      definition: "Whether the person has no quota in the period, in the currency chosen.",
    },
    ...Object.values(attainment),
  ],
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
      flag: { key: "is_chosen", text: "this scorecard" },
    },
    {
      key: "attainment_rate",
      below: { key: "compare_attainment_rate", noun: noun("then", "then") },
      flag: { key: "is_without_quota", text: "no quota" },
    },
    {
      key: "won_amount",
      bar: true,
      below: { key: "won_count", noun: noun("deal", "deals") },
      carries: ["currency", "missing_amount_count", "moved_count"],
    },
    {
      key: "quota_amount",
      below: { key: "gap_amount", noun: noun("gap", "gap") },
      carries: ["prorated_count"],
    },
    { key: "pace_rate", carries: ["quota_to_date_amount"] },
    { key: "won_change", carries: ["compare_won_amount"] },
    { key: "open_amount", below: { key: "open_count", noun: noun("deal", "deals") } },
    { key: "coverage_ratio", flag: { key: "is_quota_met", text: "met" } },
    { key: "expected_rate", carries: ["weighted_amount"] },
  ],
  drills: { ...drillsBy(by), ...quotasBy(by) },
});
