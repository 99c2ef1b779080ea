import type { Column } from "../../src/reports/define.ts";

// Columns that several reports have, each defined once.

export const repId: Column = {
  key: "owner_user_id",
  label: "Rep, id",
  type: "id",
  definition: "Identifies the rep in filters and in the other reports.",
};
export const repName: Column = {
  key: "rep_name",
  label: "Rep",
  type: "text",
  definition: "Person whose figures these are, as named today.",
};
export const teamName: Column = {
  key: "team_name",
  label: "Team",
  type: "text",
  definition: "Team that the person is in today.",
};
export const currency: Column = {
  key: "currency",
  label: "Currency",
  type: "text",
  definition: "Currency of every amount in the row. Amounts in other currencies are not converted.",
};
export const quotaAmount: Column = {
  key: "quota_amount",
  label: "Quota",
  type: "amount",
  definition:
    "Sum of the quotas of the fiscal months, quarters or years in the period, in the currency chosen. Of a quota that the period cuts, the share of its days that lie in the period counts. Empty for all time, and where a filter splits deals in a way that quotas are not split.",
};
export const proratedCount: Column = {
  key: "prorated_count",
  label: "Quotas in part",
  type: "count",
  definition:
    "Quotas of fiscal periods that the period cuts: they count by the share of their days that lie in it.",
};
export const quotaGapDays: Column = {
  key: "quota_gap_days",
  label: "Days without quota",
  type: "count",
  definition:
    "Days of the period for which nobody here has a quota. What is won on them counts all the same.",
};
/** What is said above a page whose quotas are not simply those of its period. */
export const quotaNotices = [
  {
    when: "prorated_count",
    text: "The period cuts {prorated_count|quota|quotas}: each counts by the share of its days that lie in it",
  },
  {
    when: "quota_gap_days",
    text: "For {quota_gap_days|day|days} of the period nobody here has a quota: attainment is of the quotas that there are",
  },
];
export const attainmentRate: Column = {
  key: "attainment_rate",
  label: "Attainment",
  type: "rate",
  definition:
    "Won amount divided by quota. Empty without a quota. Deals count for whoever has them now; Quota attainment counts them for whoever had them when they were closed.",
};
export const periodShare: Column = {
  key: "period_share",
  label: "Period gone",
  type: "rate",
  definition: "Days of the period that have come, today included, divided by all its days.",
};

// Of lists of deals.

export const dealId: Column = {
  key: "opportunity_id",
  label: "Deal, id",
  type: "id",
  definition: "Identifies the deal.",
};
export const dealName: Column = {
  key: "opportunity_name",
  label: "Deal",
  type: "text",
  definition: "Name of the deal.",
};
export const companyName: Column = {
  key: "company_name",
  label: "Company",
  type: "text",
  definition: "Company that is to buy.",
};
export const missingAmountCount: Column = {
  key: "missing_amount_count",
  label: "Without amount",
  type: "count",
  definition: "Deals that carry no amount: they add nothing to the sum.",
};
