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
    "Sum of the quotas of the fiscal periods that make up the period. Empty when the period is not made of whole fiscal periods, or a filter splits deals in a way that quotas are not split.",
};
export const attainmentRate: Column = {
  key: "attainment_rate",
  label: "Attainment",
  type: "rate",
  definition: "Won amount divided by quota. Empty without a quota.",
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
