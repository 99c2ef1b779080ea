import type { ReportInput } from "../../src/reports/define.ts";

/** The parameter of one deal, which links to it set. */
export const deal = {
  kind: "text",
  name: "deal",
  label: "Deal",
  isQuiet: true,
  hint: "The id of a deal",
  pattern: {
    source: "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    allowed: "the id of a deal",
  },
} satisfies NonNullable<ReportInput["own"]>[number];
