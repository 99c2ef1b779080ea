import { tilesSection } from "../../src/reports/define.ts";
import { attainment } from "../shared/attainment-columns.ts";
import { drillsBy } from "../shared/attainment-drills.ts";
import { periodShare, quotaGapDays, quotaNotices } from "../shared/columns.ts";
import {
  atQuotaCount,
  partialCount,
  quotaPersonCount,
  withoutQuotaAmount,
  withoutQuotaCount,
} from "./columns.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "figures.sql",
  part: "summary",
  columns: [
    ...Object.values(attainment),
    periodShare,
    {
      key: "remaining_quota_amount",
      label: "Quota left",
      type: "amount",
      definition: "Quota minus won amount, never below 0.",
    },
    {
      key: "pace_amount",
      label: "Against pace",
      type: "amount",
      definition: "Won amount minus the quota to date. Below 0 where it is behind.",
    },
    quotaPersonCount,
    atQuotaCount,
    partialCount,
    withoutQuotaCount,
    withoutQuotaAmount,
    {
      key: "with_quota_rate",
      label: "Attainment of those with a quota",
      type: "rate",
      definition: "What people with a quota have won, divided by their quotas.",
    },
    quotaGapDays,
    {
      key: "other_currency_count",
      label: "Won in other currencies",
      type: "count",
      definition: "Won deals of the period whose amount is in another currency.",
    },
    {
      key: "other_currency_quota_count",
      label: "Quotas in other currencies",
      type: "count",
      definition: "Quotas of the period that are in another currency.",
    },
  ],
  drills: drillsBy({}),
  tiles: [
    {
      label: "Attainment",
      value: "attainment_rate",
      empty: "no quota",
      meter: { value: "attainment_rate", mark: "period_share" },
      notes: [
        [
          "{to_date}{won_amount:short} of {quota_amount:short}, {period_share} of the period gone",
          "{won_amount:short} of {quota_amount:short}",
          "nobody here has a quota in this period",
        ],
        [
          "{compare_attainment_rate} in {compare_whole}, {compare_days}",
          "{compare_attainment_rate} in {compare_whole}",
          "",
        ],
      ],
    },
    {
      label: "Won",
      value: "won_amount",
      empty: "none",
      notes: [
        ["{won_count|deal|deals}, of who closed them"],
        ["{won_change:up} against {compare_won_amount:short}", ""],
      ],
    },
    {
      label: "Gap",
      value: "gap_amount",
      empty: "–",
      notes: [["{is_quota_met:if}quota met", "{quota_amount:has}to go to the quota", ""]],
    },
    {
      label: "Pace",
      value: "pace_rate",
      empty: "–",
      notes: [
        ["of {quota_to_date_amount:short} due by today", ""],
        ["{pace_amount:up} against it", ""],
      ],
    },
    {
      label: "Coverage",
      value: "coverage_ratio",
      empty: ["{is_quota_met:if}quota met", "–"],
      notes: [
        [
          "{open_amount:short} open for {remaining_quota_amount:short} left",
          "{open_amount:short} open",
          "{open_count:some|open deal|open deals} without amount",
        ],
        ["{expected_rate} of quota with {weighted_amount:short} weighted", ""],
      ],
    },
    {
      label: "At quota",
      value: "at_quota_count",
      empty: "–",
      notes: [
        ["of {quota_person_count|person|people} with one"],
        ["{without_quota_count:some} more without one", ""],
      ],
    },
  ],
  notices: [
    ...quotaNotices,
    {
      when: "partial_count",
      text: "{partial_count|person has|people have} a quota for a part of the period only, held against all that they won in it",
    },
    {
      when: "without_quota_count",
      text: [
        "{without_quota_amount:short} won without a quota, by {without_quota_count|person|people}: attainment is {with_quota_rate} without that",
        "{without_quota_count|person|people} won deals without a quota",
      ],
    },
    {
      when: "moved_count",
      text: "{moved_count|won deal is|won deals are} somebody else's by now, and counted for who closed them",
    },
    {
      when: "missing_amount_count",
      text: "{missing_amount_count|won deal|won deals} without an amount",
    },
    {
      when: "other_currency_count",
      text: "{other_currency_count|won deal|won deals} in other currencies than {currency}, not in these figures: see By currency",
    },
    {
      when: "other_currency_quota_count",
      text: "{other_currency_quota_count|quota|quotas} in other currencies than {currency}, not in these figures: see By currency",
    },
  ],
});
