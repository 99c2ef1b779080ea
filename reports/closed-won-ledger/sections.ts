import { chartSection, tableSection } from "../../src/reports/define.ts";
import { companyName, dealId, dealName, repId, teamName } from "../shared/columns.ts";
import { figures } from "./columns.ts";
import { all, withoutAmount, withoutRate } from "./drills.ts";

const byMonth = { period: "close_days" };

export const months = chartSection({
  key: "months",
  title: "Closed won by month",
  about: "Converted at the rate of each close date",
  empty: "Nothing was won in this period that has an amount and a rate.",
  query: "months.sql",
  columns: [
    { key: "month_on", label: "Month", type: "month", definition: "Month of the close date." },
    {
      key: "close_days",
      label: "Close dates",
      type: "id",
      definition: "The days of the month that lie in the period, as a filter takes them.",
    },
    figures.deal_count,
    figures.converted_amount,
    figures.missing_amount_count,
    figures.missing_rate_count,
  ],
  chart: {
    type: "columns",
    x: "month_on",
    series: [{ key: "converted_amount", label: "Closed won", role: "main" }],
  },
  drills: {
    deal_count: { ...all("deal_count"), by: byMonth },
    converted_amount: { ...all("converted_amount"), by: byMonth },
    missing_amount_count: { ...withoutAmount("deal_count"), by: byMonth },
    missing_rate_count: { ...withoutRate("deal_count"), by: byMonth },
  },
});

const by = { deal_currency: "deal_currency" };

export const currencies = tableSection({
  key: "currencies",
  title: "By currency",
  about: "Amounts of several currencies have no sum; converted ones do.",
  empty: "Nothing was won in this selection.",
  query: "currencies.sql",
  columns: [
    figures.deal_currency,
    figures.deal_count,
    figures.amount,
    figures.missing_amount_count,
    {
      key: "lowest_rate",
      label: "Lowest rate",
      type: "number",
      digits: 6,
      definition: "Lowest of the rates that were in force on the close dates.",
    },
    {
      key: "highest_rate",
      label: "Highest rate",
      type: "number",
      digits: 6,
      definition: "Highest of the rates that were in force on the close dates.",
    },
    figures.converted_amount,
    figures.currency,
    figures.missing_rate_count,
  ],
  cells: [
    { key: "deal_currency" },
    { key: "deal_count" },
    { key: "amount" },
    { key: "missing_amount_count" },
    { key: "lowest_rate" },
    { key: "highest_rate" },
    { key: "converted_amount", carries: ["currency"] },
    { key: "missing_rate_count" },
  ],
  drills: {
    deal_count: { ...all("deal_count"), by },
    amount: { ...all("amount"), by },
    missing_amount_count: { ...withoutAmount("deal_count"), by },
    converted_amount: { ...all("converted_amount"), by },
    missing_rate_count: { ...withoutRate("deal_count"), by },
  },
});

export const ledger = tableSection({
  key: "ledger",
  title: "Ledger",
  about:
    "One row for each line of an accepted quote, or for the deal where there is none. Amounts of the deal stand on its first line.",
  empty: "Nothing was won in this selection.",
  main: true,
  query: "ledger.sql",
  totalQuery: "summary.sql",
  order: ["-close_on", "opportunity_name", "opportunity_id", "line_no"],
  columns: [
    {
      key: "close_on",
      label: "Close date",
      type: "date",
      definition: "Day on which the deal was won: a plain calendar day.",
    },
    dealId,
    dealName,
    { ...companyName, definition: "Company that has bought." },
    {
      ...repId,
      label: "Won by, id",
      definition: "Identifies who won it in filters and in the other reports.",
    },
    {
      key: "owner_name",
      label: "Won by",
      type: "text",
      definition: "Who owned the deal when it was closed, whoever has it now; as named today.",
    },
    teamName,
    {
      key: "is_closing_recorded",
      label: "Closing recorded",
      type: "boolean",
      definition:
        "Whether its history saw the deal become won. Where not, it is credited to whoever had it when its history begins.",
    },
    {
      key: "line_no",
      label: "Line",
      type: "count",
      definition:
        "Number of the line among those of the deal, from 1. A deal without lines has the one row 1.",
    },
    {
      key: "line_count",
      label: "Lines",
      type: "count",
      definition: "Lines of the accepted quotes of the deal.",
    },
    {
      key: "amount",
      label: "Deal amount",
      type: "amount",
      currency: "deal_currency",
      definition:
        "Worth of the deal, in its own currency, on its first line only: the column may be added up for each currency. Empty where it is not known.",
    },
    {
      ...figures.deal_currency,
      label: "Deal currency",
      definition: "Currency of the deal.",
    },
    {
      key: "rate",
      label: "Rate",
      type: "number",
      digits: 6,
      definition:
        "Rate that was in force on the close date: deal amount times rate is the converted amount. 1 for a deal in the currency chosen; empty where there is none.",
    },
    {
      key: "rate_on",
      label: "Rate of",
      type: "date",
      definition: "Day on which that rate came into force. Empty where nothing is converted.",
    },
    {
      key: "converted_amount",
      label: "Converted",
      type: "amount",
      currency: "currency",
      definition:
        "Deal amount times rate, rounded to four places, on the first line of the deal only: the column may be added up. Empty without an amount or a rate.",
    },
    figures.currency,
    {
      key: "problem",
      label: "Error",
      type: "text",
      definition: "Why the deal is not converted: no rate was in force on its close date.",
    },
    {
      key: "product_name",
      label: "Product",
      type: "text",
      definition:
        "Product of the line; of a deal without lines, what it is mainly about, or (none).",
    },
    {
      key: "quantity",
      label: "Quantity",
      type: "number",
      digits: 3,
      definition: "How much of the product.",
    },
    {
      key: "unit_price",
      label: "Unit price",
      type: "amount",
      currency: "line_currency",
      definition: "Price of one, before the discount, in the currency of the line.",
    },
    { key: "discount_rate", label: "Discount", type: "rate", definition: "Discount on the line." },
    {
      key: "line_amount",
      label: "Line amount",
      type: "amount",
      currency: "line_currency",
      definition:
        "Quantity times unit price less the discount, in the currency of the line. It is a part of the deal's amount, not besides it.",
    },
    {
      key: "line_currency",
      label: "Line currency",
      type: "text",
      definition: "Currency of the quote that the line is on.",
    },
  ],
  cells: [
    {
      key: "opportunity_name",
      below: { key: "company_name" },
      carries: ["opportunity_id"],
    },
    { key: "close_on" },
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
      carries: ["is_closing_recorded"],
    },
    { key: "amount", carries: ["deal_currency"] },
    { key: "rate", below: { key: "rate_on" } },
    { key: "converted_amount", below: { key: "problem" }, carries: ["currency"] },
    { key: "product_name" },
    { key: "line_no", carries: ["line_count"] },
    { key: "quantity" },
    { key: "unit_price" },
    { key: "discount_rate" },
    { key: "line_amount", carries: ["line_currency"] },
  ],
});
