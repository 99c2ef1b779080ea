import type { ReportInput } from "../../src/reports/define.ts";

/** The parameter by which lists of deals show those with an amount, or those without. */
export const amount = {
  kind: "one",
  name: "amount",
  label: "Amount",
  everything: "With or without",
  options: [
    { value: "known", label: "With an amount" },
    { value: "missing", label: "Without an amount" },
  ],
} satisfies NonNullable<ReportInput["own"]>[number];
