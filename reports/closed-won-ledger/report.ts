import { defineReport } from "../../src/reports/define.ts";
import { amount } from "../shared/amount.ts";
import { currencies, ledger, months } from "./sections.ts";
import { summary } from "./tiles.ts";

export default defineReport({
  slug: "closed-won-ledger",
  group: "Finance",
  position: 90,
  title: "Closed-won ledger",
  question: "What was sold, for how much, and at which rate?",
  permission: "report:sales",
  marts: ["won_deals"],
  parameters: ["period", "team", "owner", "industry", "source", "product", "currency"],
  own: [
    {
      kind: "text",
      name: "deal_currency",
      label: "Deals in",
      hint: "a currency such as EUR; every one when empty",
      pattern: { source: "[A-Z]{3}", allowed: "a currency such as EUR" },
      longest: 3,
    },
    {
      kind: "one",
      name: "conversion",
      label: "Conversion",
      options: [
        { value: "none", label: "Not needed: in the currency chosen" },
        { value: "needed", label: "Needed: in another currency" },
      ],
    },
    {
      kind: "one",
      name: "rate",
      label: "Rate",
      everything: "With or without",
      options: [
        { value: "known", label: "With a rate" },
        { value: "missing", label: "Without a rate" },
      ],
    },
    amount,
    {
      kind: "one",
      name: "lines",
      label: "Lines",
      options: [
        { value: "match", label: "That come to the amount" },
        { value: "differ", label: "That do not" },
        { value: "none", label: "None" },
      ],
    },
    {
      kind: "one",
      name: "credit",
      label: "Owner now",
      everything: "Anybody",
      options: [
        { value: "kept", label: "Who won it" },
        { value: "moved", label: "Somebody else" },
      ],
    },
    {
      kind: "one",
      name: "closing",
      label: "Closing",
      options: [
        { value: "recorded", label: "Recorded by its history" },
        { value: "unrecorded", label: "Not recorded" },
      ],
    },
  ],
  customFields: "opportunities",
  defaults: { period: "fiscal_quarter" },
  sections: [summary, months, currencies, ledger],
});
