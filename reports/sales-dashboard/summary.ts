import { tilesSection } from "../../src/reports/define.ts";
import { quotaNotices } from "../shared/columns.ts";
import { closed, won } from "./drills.ts";
import { summaryColumns } from "./summary-columns.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: summaryColumns,
  drills: {
    won_amount: won("amount"),
    win_rate: closed("win_rate"),
    median_deal_amount: won("median_amount"),
    median_cycle_days: won("median_cycle_days"),
  },
  tiles: [
    {
      label: "Won revenue",
      value: "won_amount",
      empty: "none",
      meter: { value: "attainment_rate", mark: "period_share" },
      notes: [
        [
          "{to_date}{attainment_rate} of {quota_amount:short} quota, {period_share} of the period gone",
          "{attainment_rate} of {quota_amount:short} quota",
          "{to_date}no quota for this selection, {period_share} of the period gone",
          "{won_count|won deal|won deals}",
        ],
      ],
    },
    {
      label: ["Against {compare_whole}", "Change"],
      value: "won_change",
      empty: "–",
      better: "up",
      notes: [
        ["{compare_won_amount} then, {compare_days}", "{compare_won_amount} then", "no comparison"],
      ],
    },
    {
      label: "Win rate",
      value: "win_rate",
      empty: "no closed deals",
      interval: { low: "win_rate_low", high: "win_rate_high" },
      notes: [
        ["{win_rate_low} to {win_rate_high}, n\u00a0=\u00a0{closed_count}", ""],
        ["{win_rate_by_value} by value", "{win_rate:has}by value: lost deals carry no amount", ""],
      ],
    },
    {
      label: "Median deal",
      value: "median_deal_amount",
      empty: "no won deals",
      notes: [
        ["{median_deal_change:up}, mean {mean_deal_amount}", "mean {mean_deal_amount}", ""],
        ["{missing_amount_count:some} without amount left out", ""],
      ],
    },
    {
      label: "Sales cycle",
      value: "median_cycle_days",
      empty: "no won deals",
      notes: [
        ["median, won; mean {mean_cycle_days}", ""],
        ["{compare_median_cycle_days} then", ""],
        ["{negative_cycle_count:some} closed before created", ""],
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
          "nothing open in the period",
        ],
        ["weighted {open_weighted_amount:short}", ""],
      ],
    },
  ],
  notices: [
    ...quotaNotices,
    {
      when: "other_currency_count",
      text: "{other_currency_count|deal|deals} in other currencies than {currency}, not in these figures",
    },
    {
      when: "overdue_count",
      text: [
        "{overdue_count|open deal|open deals} past the close date ({overdue_amount:short}), in no pipeline figure",
        "{overdue_count|open deal|open deals} past the close date, in no pipeline figure",
      ],
    },
    {
      when: "undated_count",
      text: "{undated_count|open deal|open deals} without a close date, in no period",
    },
    {
      when: "ahead_count",
      text: "{ahead_count|won deal|won deals} closing later in the period, not counted yet",
    },
  ],
});
