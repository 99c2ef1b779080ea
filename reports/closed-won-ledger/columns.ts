import type { Column } from "../../src/reports/define.ts";

/** Figures that several sections show; each is defined once. */
export const figures = {
  currency: {
    key: "currency",
    label: "Converted into",
    type: "text",
    definition: "Currency of the converted amounts: the one that the filters name.",
  },
  deal_count: {
    key: "deal_count",
    label: "Deals",
    type: "count",
    definition: "Won deals whose close date lies in the period, up to today.",
  },
  converted_amount: {
    key: "converted_amount",
    label: "Converted",
    type: "amount",
    definition:
      "Sum over the deals of amount times the rate that was in force on the close date, each rounded to four places. Deals without an amount or without a rate add nothing and are counted apart.",
  },
  deal_currency: {
    key: "deal_currency",
    label: "Currency",
    type: "text",
    definition: "Currency that the deals are in.",
  },
  amount: {
    key: "amount",
    label: "Amount",
    type: "amount",
    currency: "deal_currency",
    definition: "Sum of the amounts of the deals, in their own currency.",
  },
  missing_amount_count: {
    key: "missing_amount_count",
    label: "Without amount",
    type: "count",
    definition: "Won deals that carry no amount.",
  },
  missing_rate_count: {
    key: "missing_rate_count",
    label: "Without rate",
    type: "count",
    definition:
      "Won deals in another currency for which no rate was in force on the close date: an error in the rates, never taken as 1.",
  },
} as const satisfies Record<string, Column>;
