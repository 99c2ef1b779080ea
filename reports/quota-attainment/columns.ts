import type { Column } from "../../src/reports/define.ts";

// Figures of several people.

export const quotaPersonCount: Column = {
  key: "quota_person_count",
  label: "With a quota",
  type: "count",
  definition: "People with a quota in the period.",
};
export const atQuotaCount: Column = {
  key: "at_quota_count",
  label: "At quota",
  type: "count",
  definition: "People who have won their quota of the whole period, or more.",
};
export const withoutQuotaCount: Column = {
  key: "without_quota_count",
  label: "Without a quota",
  type: "count",
  definition: "People who won deals in the period and have no quota in it.",
};
export const withoutQuotaAmount: Column = {
  key: "without_quota_amount",
  label: "Won without quota",
  type: "amount",
  definition: "What people without a quota have won: it is in the won amount and in attainment.",
};
export const partialCount: Column = {
  key: "partial_count",
  label: "Quota for a part",
  type: "count",
  definition:
    "People who have a quota for some days of the period only, such as those who joined in it. It is held against all that they won.",
};
