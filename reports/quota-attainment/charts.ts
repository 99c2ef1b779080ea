import { chartSection } from "../../src/reports/define.ts";
import { attainment } from "../shared/attainment-columns.ts";
import { won } from "../shared/attainment-drills.ts";

export const trend = chartSection({
  key: "trend",
  title: "Won, cumulative, against quota",
  about: ["{quota_amount:has}The goal is the quota, spread over its days", "Day by day"],
  empty: "Nothing was won in this period, and nobody has a quota in it.",
  query: "trend.sql",
  wide: true,
  columns: [
    { key: "day_on", label: "Day", type: "date", definition: "Close date, a plain calendar day." },
    {
      ...attainment.won_amount,
      definition: "Won amount from the start of the period to the end of this day.",
    },
    {
      key: "compare_on",
      label: "Compared day",
      type: "date",
      definition: "The day at the same place in the period compared with.",
    },
    {
      ...attainment.compare_won_amount,
      definition: "Won amount from the start of the compared period to the compared day.",
    },
    {
      ...attainment.quota_amount,
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

const byMonth = { period: "close_days" };

export const months = chartSection({
  key: "months",
  title: "Won by month, against quota",
  about: "The quota of a month is its days' share of the quotas",
  empty: "Nothing was won in this period, and nobody has a quota in it.",
  query: "months.sql",
  columns: [
    { key: "month_on", label: "Month", type: "month", definition: "Month of the close date." },
    {
      key: "close_days",
      label: "Close dates",
      type: "id",
      definition: "The days of the month that lie in the period, as a filter takes them.",
    },
    attainment.won_amount,
    attainment.won_count,
    {
      ...attainment.quota_amount,
      definition:
        "The part of the quotas that falls to the days of the month that lie in the period, spread evenly over the days of each quota.",
    },
    {
      ...attainment.attainment_rate,
      definition: "Won amount of the month divided by its quota. Empty without one.",
    },
  ],
  chart: {
    type: "columns",
    x: "month_on",
    series: [
      { key: "won_amount", label: "Won", role: "main" },
      { key: "quota_amount", label: "Quota", role: "target" },
    ],
  },
  drills: {
    won_amount: { ...won("amount"), by: byMonth },
    won_count: { ...won("deal_count"), by: byMonth },
  },
});
