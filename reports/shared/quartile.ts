import type { ReportInput } from "../../src/reports/define.ts";

/** The parameter of the quartile that closed deals fall into by a signal. */
export const quartile = {
  kind: "one",
  name: "quartile",
  label: "Quartile",
  options: [
    { value: "Q1", label: "Q1, the lowest values" },
    { value: "Q2", label: "Q2" },
    { value: "Q3", label: "Q3" },
    { value: "Q4", label: "Q4, the highest values" },
    { value: "any", label: "Any, where cut points are known" },
  ],
} satisfies NonNullable<ReportInput["own"]>[number];
