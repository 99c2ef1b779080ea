import { tilesSection } from "../../src/reports/define.ts";
import { figures } from "./columns.ts";
import { withoutRate } from "./drills.ts";

export const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    figures.currency,
    figures.deal_count,
    figures.converted_amount,
    {
      key: "currency_count",
      label: "Currencies",
      type: "count",
      definition: "Currencies that the deals are in.",
    },
    { ...figures.deal_currency, definition: "Currency that all deals are in. Empty for several." },
    {
      ...figures.amount,
      definition:
        "Sum of the amounts of the deals, in their own currency. Empty where they are in several.",
    },
    figures.missing_amount_count,
    figures.missing_rate_count,
    {
      key: "row_count",
      label: "Rows",
      type: "count",
      definition: "Rows of the ledger: one for each line of an accepted quote, or for the deal.",
    },
    {
      key: "without_lines_count",
      label: "Without lines",
      type: "count",
      definition: "Won deals without a line of an accepted quote.",
    },
    {
      key: "differing_count",
      label: "Lines differ",
      type: "count",
      definition:
        "Won deals whose lines do not come to their amount, or are in another currency than the deal.",
    },
    {
      key: "unrecorded_count",
      label: "Closing not recorded",
      type: "count",
      definition:
        "Won deals whose history begins with them won: they are credited to whoever had them then.",
    },
  ],
  drills: { missing_rate_count: withoutRate("deal_count") },
  tiles: [
    {
      label: "Closed won, converted",
      value: "converted_amount",
      empty: "no amounts",
      notes: [["{deal_count|deal|deals}, in {currency}"]],
    },
    {
      label: "In their own currency",
      value: "amount",
      empty: ["in {currency_count|currency|currencies}", "–"],
      notes: [["all in {deal_currency}", "by currency below"]],
    },
    {
      label: "Without a rate",
      value: "missing_rate_count",
      empty: "–",
      better: "down",
      notes: [["not converted, and in no sum"]],
    },
    {
      label: "Without lines",
      value: "without_lines_count",
      empty: "–",
      notes: [["of {deal_count|deal|deals}, {row_count|row|rows}"]],
    },
  ],
  notices: [
    {
      when: "missing_rate_count",
      text: "{missing_rate_count|deal|deals} without an exchange rate on the close date: an error, and not in the converted sums",
    },
    {
      when: "missing_amount_count",
      text: "{missing_amount_count|won deal|won deals} without an amount",
    },
    {
      when: "differing_count",
      text: "{differing_count|deal|deals} whose lines do not come to the amount of the deal",
    },
    {
      when: "unrecorded_count",
      text: "{unrecorded_count|deal|deals} won before history was kept, credited to who had them then",
    },
  ],
});
