import { type Column, tilesSection } from "../../src/reports/define.ts";
import {
  attainmentRate,
  currency,
  periodShare,
  proratedCount,
  quotaAmount,
  quotaGapDays,
  quotaNotices,
} from "../shared/columns.ts";
import { figures } from "./columns.ts";
import { inCategory, open, past, pushed, slipped } from "./drills.ts";

const cumulative = (key: string, label: string, of: string): Column[] => [
  {
    key: `${key}_forecast_amount`,
    label: `${label} forecast`,
    type: "amount",
    definition: `${of}: what the period comes to if all of it is won. Such sums hold one another, and are never added up.`,
  },
  {
    key: `${key}_forecast_rate`,
    label: `${label} forecast of quota`,
    type: "rate",
    definition: `${of}, divided by quota. Empty without a quota.`,
  },
];

const {
  slipped_amount,
  slipped_count,
  push_count,
  pushed_deal_count,
  coverage_ratio,
  is_quota_met,
  ...categories
} = figures;

export const forecast = tilesSection({
  key: "forecast",
  title: "Forecast",
  query: "forecast.sql",
  columns: [
    currency,
    ...Object.values(categories),
    quotaAmount,
    attainmentRate,
    periodShare,
    ...cumulative("commit", "Commit", "Closed plus Commit"),
    ...cumulative("best_case", "Best case", "Closed plus Commit plus Best Case"),
    ...cumulative("pipeline", "Pipeline", "Closed plus Commit plus Best Case plus Pipeline"),
    {
      key: "open_count",
      label: "Open deals",
      type: "count",
      definition: "Open deals that should close in what is left of the period.",
    },
    {
      key: "missing_amount_count",
      label: "Open without amount",
      type: "count",
      definition: "Those of them that carry no amount: they add nothing to the sums.",
    },
    {
      key: "remaining_quota_amount",
      label: "Quota left",
      type: "amount",
      definition: "Quota minus closed amount, never below 0.",
    },
    coverage_ratio,
    is_quota_met,
    {
      key: "overdue_count",
      label: "Overdue deals",
      type: "count",
      definition: "Open deals whose close date has passed. They are in no figure of what is open.",
    },
    {
      key: "overdue_amount",
      label: "Overdue",
      type: "amount",
      definition: "Sum of the amounts of overdue deals.",
    },
    {
      key: "omitted_count",
      label: "Omitted deals",
      type: "count",
      definition:
        "Open deals that should close in the period and are in the category Omitted: in no forecast, and in the open and the weighted amount.",
    },
    {
      key: "omitted_amount",
      label: "Omitted",
      type: "amount",
      definition: "Sum of the amounts of omitted deals.",
    },
    {
      key: "misfiled_count",
      label: "Open as closed",
      type: "count",
      definition:
        "Open deals that should close in the period and are in the category Closed: an error in the data, in no forecast.",
    },
    {
      key: "undated_count",
      label: "Open without date",
      type: "count",
      definition: "Open deals without a close date: part of no period but all time.",
    },
    {
      key: "ahead_count",
      label: "Won ahead",
      type: "count",
      definition:
        "Won deals whose close date is still to come in the period: not in its figures yet.",
    },
    {
      key: "other_currency_count",
      label: "Other currencies",
      type: "count",
      definition: "Open deals and deals won in the period whose amount is in another currency.",
    },
    proratedCount,
    quotaGapDays,
  ],
  drills: {
    closed_amount: inCategory("Closed")("amount"),
    commit_amount: inCategory("Commit")("amount"),
    best_case_amount: inCategory("Best Case")("amount"),
    pipeline_amount: inCategory("Pipeline")("amount"),
    weighted_amount: open("weighted_amount"),
  },
  tiles: [
    {
      label: "Closed",
      value: "closed_amount",
      empty: "no amounts",
      meter: { value: "attainment_rate", mark: "period_share" },
      notes: [
        [
          "{to_date}{attainment_rate} of {quota_amount:short} quota, {period_share} of the period gone",
          "{attainment_rate} of {quota_amount:short} quota",
          "{to_date}no quota for this selection, {period_share} of the period gone",
          "{closed_count|won deal|won deals}",
        ],
      ],
    },
    {
      label: "Commit",
      value: "commit_amount",
      empty: "no amounts",
      notes: [
        [
          "{commit_forecast_amount:short} with closed, {commit_forecast_rate} of quota",
          "{commit_forecast_amount:short} with closed",
        ],
        ["{commit_count|deal|deals}"],
      ],
    },
    {
      label: "Best case",
      value: "best_case_amount",
      empty: "no amounts",
      notes: [
        [
          "{best_case_forecast_amount:short} with those before, {best_case_forecast_rate} of quota",
          "{best_case_forecast_amount:short} with those before",
        ],
        ["{best_case_count|deal|deals}"],
      ],
    },
    {
      label: "Pipeline",
      value: "pipeline_amount",
      empty: "no amounts",
      notes: [
        [
          "{pipeline_forecast_amount:short} with those before, {pipeline_forecast_rate} of quota",
          "{pipeline_forecast_amount:short} with those before",
        ],
        ["{pipeline_count|deal|deals}"],
      ],
    },
    {
      label: "Weighted pipeline",
      value: "weighted_amount",
      empty: "no amounts",
      notes: [
        [
          "of {open_amount:short} open in {open_count|deal|deals}",
          "{open_count|open deal|open deals}",
        ],
        ["{missing_amount_count:some} without amount", ""],
      ],
    },
    {
      label: "Coverage",
      value: "coverage_ratio",
      empty: ["{is_quota_met:if}quota met", "–"],
      notes: [
        [
          "{open_amount:short} open for {remaining_quota_amount:short} left",
          "no quota for this selection",
        ],
      ],
    },
  ],
  notices: [
    ...quotaNotices,
    {
      when: "overdue_count",
      text: [
        "{overdue_count|open deal|open deals} past the close date ({overdue_amount:short}), in no forecast",
        "{overdue_count|open deal|open deals} past the close date, in no forecast",
      ],
    },
    {
      when: "omitted_count",
      text: [
        "{omitted_count|deal|deals} omitted from the forecast ({omitted_amount:short}), part of what is open",
        "{omitted_count|deal|deals} omitted from the forecast, part of what is open",
      ],
    },
    {
      when: "misfiled_count",
      text: "{misfiled_count|open deal|open deals} forecast as closed, in no category until won",
    },
    {
      when: "undated_count",
      text: "{undated_count|open deal|open deals} without a close date, in no period",
    },
    {
      when: "ahead_count",
      text: "{ahead_count|won deal|won deals} closing later in the period, not counted yet",
    },
    {
      when: "other_currency_count",
      text: "{other_currency_count|deal|deals} in other currencies than {currency}, not in these figures",
    },
  ],
});

export const slippage = tilesSection({
  key: "slippage",
  title: "Slippage",
  query: "slippage.sql",
  columns: [
    currency,
    {
      key: "opening_on",
      label: "Day before",
      type: "date",
      definition: "Day at whose end the opening pipeline is counted. Empty for all time.",
    },
    {
      key: "opening_amount",
      label: "Opening pipeline",
      type: "amount",
      definition:
        "Sum of the amounts of deals that were open when the period began, and due in it: as they stood then, for whoever owned them then.",
    },
    {
      key: "opening_count",
      label: "Opening deals",
      type: "count",
      definition: "Deals that were open when the period began, and due in it.",
    },
    slipped_amount,
    slipped_count,
    {
      key: "slipped_share",
      label: "Slipped share",
      type: "rate",
      definition: "Slipped amount divided by the opening pipeline.",
    },
    {
      key: "missing_amount_count",
      label: "Slipped without amount",
      type: "count",
      definition: "Slipped deals that carried no amount when the period began.",
    },
    push_count,
    pushed_deal_count,
    {
      key: "unknown_count",
      label: "Not known",
      type: "count",
      definition:
        "Deals that existed before the period, and whose history begins in it: how they stood when it began is not known, so they are in none of these figures.",
    },
    {
      key: "known_from_on",
      label: "Known from",
      type: "date",
      definition:
        "Day from which the history of all of them is known. Empty when nothing is missing.",
    },
  ],
  drills: {
    opening_amount: past("amount", "opening_on"),
    slipped_amount: slipped("amount"),
    push_count: pushed("push_count"),
  },
  tiles: [
    {
      label: "Due when the period began",
      value: "opening_amount",
      empty: ["{known_from_on:has}history unavailable", "–"],
      notes: [["{opening_count|open deal|open deals}", ""]],
    },
    {
      label: "Slipped out of it",
      value: "slipped_amount",
      empty: ["{known_from_on:has}history unavailable", "–"],
      notes: [
        [
          "{slipped_count|deal|deals}, {slipped_share} of what was due",
          "{slipped_count|deal|deals}",
          "",
        ],
        ["{missing_amount_count:some} without amount", ""],
      ],
    },
    {
      label: "Pushes",
      value: "push_count",
      empty: "none",
      notes: [["of {pushed_deal_count|deal|deals}, also within the period"]],
    },
  ],
  notices: [
    {
      when: "unknown_count",
      text: "History unavailable before {known_from_on}: how {unknown_count|deal|deals} stood when the period began is not known",
    },
  ],
});
