import { chartSection } from "../../src/reports/define.ts";
import { missingAmountCount } from "../shared/columns.ts";
import { forecast, open, past } from "./drills.ts";

export const categories = chartSection({
  key: "categories",
  title: "Forecast by category",
  about: "Each category on top of those that are surer",
  empty: "Nothing with an amount is won or should close in this period.",
  query: "categories.sql",
  columns: [
    {
      key: "category",
      label: "Category",
      type: "text",
      definition:
        "Closed are won deals. The others are open deals that should close in what is left of the period, by their forecast category, or their stage's where they have none. Omitted deals are left out.",
    },
    { key: "deal_count", label: "Deals", type: "count", definition: "Deals of the category." },
    {
      key: "amount",
      label: "Amount",
      type: "amount",
      definition: "Sum of the amounts of the deals of the category alone.",
    },
    {
      key: "weighted_amount",
      label: "Weighted",
      type: "amount",
      definition: "Sum of amount times probability; a won deal counts whole.",
    },
    missingAmountCount,
    {
      key: "surer_amount",
      label: "Surer",
      type: "amount",
      definition: "Sum of the amounts of all categories that are surer than this one.",
    },
    {
      key: "cumulative_amount",
      label: "Cumulative",
      type: "amount",
      definition:
        "Amount of this category and all that are surer: its forecast. Such sums hold one another, and are never added up.",
    },
  ],
  chart: {
    type: "bar",
    x: "category",
    series: [
      { key: "surer_amount", label: "Surer categories", role: "soft" },
      { key: "amount", label: "The category itself", role: "main" },
    ],
  },
  drills: {
    deal_count: { ...forecast("deal_count"), by: { category: "category" } },
    amount: { ...forecast("amount"), by: { category: "category" } },
    weighted_amount: { ...forecast("weighted_amount"), by: { category: "category" } },
    missing_amount_count: {
      ...forecast("deal_count"),
      set: { deals: "forecast", amount: "missing" },
      by: { category: "category" },
    },
    cumulative_amount: { ...forecast("amount"), by: { at_least: "category" } },
  },
});

const byStage = { stage: "stage", period: "close_days" };

export const months = chartSection({
  key: "months",
  title: "Open by month and stage",
  about: "Open deals by the month in which they should close",
  empty: "No open deal with an amount should close in what is left of this period.",
  query: "months.sql",
  wide: true,
  columns: [
    {
      key: "month_on",
      label: "Month",
      type: "month",
      definition: "Month of the close date. Empty for deals without one, which only all time has.",
    },
    {
      key: "close_days",
      label: "Close dates",
      type: "id",
      definition: "The days of the month that lie in the period, as a filter takes them.",
    },
    { key: "stage", label: "Stage", type: "text", definition: "Stage that the deals are in now." },
    {
      key: "deal_count",
      label: "Open deals",
      type: "count",
      definition:
        "Open deals of the stage that should close in the month. Overdue ones are in none.",
    },
    {
      key: "amount",
      label: "Amount",
      type: "amount",
      definition: "Sum of their amounts. Empty when none of them has an amount.",
    },
    {
      key: "weighted_amount",
      label: "Weighted",
      type: "amount",
      definition: "Sum of amount times probability.",
    },
    missingAmountCount,
  ],
  chart: {
    type: "columns",
    x: "month_on",
    splitBy: "stage",
    series: [{ key: "amount", label: "Amount", role: "main" }],
  },
  drills: {
    deal_count: { ...open("deal_count"), by: byStage },
    amount: { ...open("amount"), by: byStage },
    weighted_amount: { ...open("weighted_amount"), by: byStage },
    missing_amount_count: {
      ...open("deal_count"),
      set: { deals: "open", amount: "missing" },
      by: byStage,
    },
  },
});

export const days = chartSection({
  key: "days",
  title: "How the pipeline moved",
  about: [
    "Open and due in the rest of the period, at the end of each day; history unavailable before {known_from_on}",
    "Open and due in the rest of the period, at the end of each day",
  ],
  empty: "Nothing was open and due in this period, or no history reaches back to it.",
  query: "days.sql",
  columns: [
    {
      key: "day_on",
      label: "Day",
      type: "date",
      definition:
        "Day at whose end the pipeline is counted, from the one before the period until today. Of a period of more than 100 days, the ends of weeks; of more than three years, the ends of months.",
    },
    {
      key: "open_amount",
      label: "Open",
      type: "amount",
      definition:
        "Sum of the amounts of deals that were open at the end of that day, and due between it and the end of the period: as they stood that day. Empty where it is not known how all deals stood.",
    },
    {
      key: "weighted_amount",
      label: "Weighted",
      type: "amount",
      definition: "Sum of amount times probability of the same deals, as they stood that day.",
    },
    {
      key: "known_amount",
      label: "Known part",
      type: "amount",
      definition:
        "Sum of the amounts of the deals of which it is known, where it is not known of all: their history begins after that day.",
    },
    {
      key: "open_count",
      label: "Open deals",
      type: "count",
      definition: "Deals that are known to have been open then, and due in the rest of the period.",
    },
    {
      key: "unknown_count",
      label: "Not known",
      type: "count",
      definition: "Deals that existed that day, and whose history begins later.",
    },
    {
      key: "known_from_on",
      label: "Known from",
      type: "date",
      definition:
        "Day from which the history of all deals is known. Empty when nothing is missing.",
    },
  ],
  chart: {
    type: "line",
    x: "day_on",
    series: [
      { key: "open_amount", label: "Open", role: "main" },
      { key: "weighted_amount", label: "Weighted", role: "target" },
      { key: "known_amount", label: "Known part", role: "comparison" },
    ],
  },
  drills: {
    open_amount: past("amount", "day_on"),
    weighted_amount: past("weighted_amount", "day_on"),
    known_amount: past("amount", "day_on"),
    open_count: past("deal_count", "day_on"),
  },
});
