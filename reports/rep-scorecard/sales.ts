import { type Column, tilesSection } from "../../src/reports/define.ts";
import { attainment } from "../shared/attainment-columns.ts";
import { drillsBy, quotasBy } from "../shared/attainment-drills.ts";
import { periodShare, repId, repName, teamName } from "../shared/columns.ts";

const by = { owner: "owner_user_id" };
const inAttainment = (figure: string) => ({ report: "quota-attainment", figure, by });

const median = (key: keyof typeof attainment, label: string): Column => ({
  key: `median_${key}`,
  label: `${label}, team median`,
  type: attainment[key].type,
  definition: `Median of "${label}" over the people of the rep's team who have a quota and whose rows you see, the rep among them. Empty where these are fewer than three.`,
});

export const sales = tilesSection({
  key: "sales",
  title: "Against quota",
  from: "quota-attainment",
  query: "sales.sql",
  columns: [
    repId,
    repName,
    teamName,
    ...Object.values(attainment),
    periodShare,
    {
      key: "pace_amount",
      label: "Against pace",
      type: "amount",
      definition: "Won amount minus the quota to date. Below 0 where it is behind.",
    },
    {
      key: "remaining_quota_amount",
      label: "Quota left",
      type: "amount",
      definition: "Quota minus won amount, never below 0.",
    },
    {
      key: "peer_count",
      label: "People in the medians",
      type: "count",
      definition:
        "People of the team who have a quota and whose rows you see, the rep among them. Empty below three.",
    },
    median("won_amount", "Won"),
    median("attainment_rate", "Attainment"),
    median("pace_rate", "Pace"),
    median("expected_rate", "With pipeline"),
  ],
  drills: {
    ...drillsBy(by),
    ...quotasBy(by),
    attainment_rate: inAttainment("attainment_rate"),
    pace_rate: inAttainment("pace_rate"),
    coverage_ratio: inAttainment("coverage_ratio"),
    expected_rate: inAttainment("expected_rate"),
  },
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
          "no quota in this period",
        ],
        ["team median {median_attainment_rate}, of {peer_count}", ""],
      ],
    },
    {
      label: "Won",
      value: "won_amount",
      empty: "none",
      notes: [
        ["{won_count|deal|deals}", ""],
        ["{won_change:up} against {compare_won_amount:short}", ""],
        ["team median {median_won_amount:short}", ""],
      ],
    },
    {
      label: "Pace",
      value: "pace_rate",
      empty: "–",
      notes: [
        ["of {quota_to_date_amount:short} due by today", ""],
        ["{pace_amount:up} against it", ""],
        ["team median {median_pace_rate}", ""],
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
          "",
        ],
        ["{open_count|open deal|open deals}", ""],
      ],
    },
    {
      label: "With pipeline",
      value: "expected_rate",
      empty: "no quota",
      notes: [
        ["of quota, {weighted_amount:short} weighted", "{weighted_amount:short} weighted", ""],
        ["team median {median_expected_rate}", ""],
      ],
    },
  ],
  notices: [
    {
      when: "prorated_count",
      text: "The period cuts {prorated_count|quota|quotas}: each counts by the share of its days that lie in it",
    },
    {
      when: "moved_count",
      text: "{moved_count|won deal is|won deals are} somebody else's by now, and counted here",
    },
    {
      when: "missing_amount_count",
      text: "{missing_amount_count|won deal|won deals} without an amount",
    },
  ],
});
