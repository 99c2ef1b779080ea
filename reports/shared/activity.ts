import type { ReportInput } from "../../src/reports/define.ts";

export const ACTIVITY_TYPES = ["Call", "Email", "Meeting", "Task", "Note"] as const;

/** The parameter of what kind of activity is meant. */
export const activityType = {
  kind: "many",
  name: "type",
  label: "Type",
  options: ACTIVITY_TYPES.map((value) => ({ value, label: value })),
} satisfies NonNullable<ReportInput["own"]>[number];
