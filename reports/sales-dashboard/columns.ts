import type { Column } from "../../src/reports/define.ts";
import { quotaAmount } from "../shared/columns.ts";

/** Figures that several sections show; each is defined once. */
export const figures = {
  currency: {
    key: "currency",
    label: "Currency",
    type: "text",
    definition:
      "Currency of every amount in the row. Amounts in other currencies are not converted.",
  },
  won_amount: {
    key: "won_amount",
    label: "Won revenue",
    type: "amount",
    definition:
      "Sum of the amounts of won deals whose close date lies in the period, up to today. Deals without an amount add nothing and are counted apart.",
  },
  won_count: {
    key: "won_count",
    label: "Won deals",
    type: "count",
    definition: "Won deals whose close date lies in the period, up to today.",
  },
  quota_amount: quotaAmount,
  attainment_rate: {
    key: "attainment_rate",
    label: "Attainment",
    type: "rate",
    definition:
      "Won revenue divided by quota. Empty without a quota. Deals count for whoever has them now; Quota attainment counts them for whoever had them when they were closed.",
  },
  compare_won_amount: {
    key: "compare_won_amount",
    label: "Compared revenue",
    type: "amount",
    definition:
      "Won revenue in as many days of the period compared with: a period to date is never held against a whole one.",
  },
  won_change: {
    key: "won_change",
    label: "Change",
    type: "change",
    definition:
      "Won revenue divided by the compared revenue, minus 1. Empty when nothing was won then.",
  },
  closed_count: {
    key: "closed_count",
    label: "Closed deals",
    type: "count",
    definition: "Won and lost deals whose close date lies in the period: the n of the win rate.",
  },
  win_rate: {
    key: "win_rate",
    label: "Win rate",
    type: "rate",
    definition:
      "Won deals divided by won and lost deals, by close date. Empty when no deal closed. It flatters where lost deals stay open.",
  },
  win_rate_low: {
    key: "win_rate_low",
    label: "Win rate, low",
    type: "rate",
    definition: "Lower end of the 95 % Wilson interval of the win rate.",
  },
  win_rate_high: {
    key: "win_rate_high",
    label: "Win rate, high",
    type: "rate",
    definition: "Upper end of the 95 % Wilson interval of the win rate.",
  },
  open_count: {
    key: "open_count",
    label: "Open deals",
    type: "count",
    definition:
      "Open deals that should close in what is left of the period. Overdue deals are counted apart.",
  },
  open_amount: {
    key: "open_amount",
    label: "Open",
    type: "amount",
    definition:
      "Sum of the amounts of the open deals that should close in what is left of the period.",
  },
  open_weighted_amount: {
    key: "open_weighted_amount",
    label: "Open, weighted",
    type: "amount",
    definition:
      "Sum of amount times probability over the same open deals. A deal without a probability takes that of its stage.",
  },
} as const satisfies Record<string, Column>;
