import { tableSection } from "../../src/reports/define.ts";
import { attainment } from "../shared/attainment-columns.ts";
import { drillsBy, quotasBy } from "../shared/attainment-drills.ts";
import { currency, repId, repName, teamName } from "../shared/columns.ts";
import {
  atQuotaCount,
  partialCount,
  quotaPersonCount,
  withoutQuotaAmount,
  withoutQuotaCount,
} from "./columns.ts";

const noun = (one: string, many: string): [string, string] => [one, many];

/** How the figures of a person or a team stand in a row. */
const cells = [
  {
    key: "attainment_rate",
    below: { key: "compare_attainment_rate", noun: noun("then", "then") },
  },
  {
    key: "won_amount",
    bar: true,
    below: { key: "won_count", noun: noun("deal", "deals") },
    carries: ["currency", "missing_amount_count", "moved_count"],
  },
  {
    key: "quota_amount",
    below: { key: "gap_amount", noun: noun("gap", "gap") },
    carries: ["prorated_count"],
  },
  { key: "pace_rate", carries: ["quota_to_date_amount"] },
  { key: "won_change", carries: ["compare_won_amount"] },
  { key: "open_amount", below: { key: "open_count", noun: noun("deal", "deals") } },
  { key: "coverage_ratio", flag: { key: "is_quota_met", text: "met" } },
  { key: "expected_rate", carries: ["weighted_amount"] },
];

const team = { team: "team_name" };
const person = { owner: "owner_user_id" };

export const teams = tableSection({
  key: "teams",
  title: "Teams",
  about:
    "By attainment, which divides the sums of the team. People count for the team that they are in today.",
  empty: "No team has a quota, a won deal or an open one in this period.",
  query: "figures.sql",
  part: "teams",
  columns: [
    teamName,
    ...Object.values(attainment),
    quotaPersonCount,
    atQuotaCount,
    partialCount,
    withoutQuotaCount,
    withoutQuotaAmount,
  ],
  cells: [
    { key: "team_name", filter: { parameter: "team", key: "team_name" } },
    ...cells,
    {
      key: "at_quota_count",
      below: { key: "quota_person_count", noun: noun("with a quota", "with a quota") },
      carries: ["partial_count", "without_quota_count", "without_quota_amount"],
    },
  ],
  drills: { ...drillsBy(team), ...quotasBy(team) },
});

export const reps = tableSection({
  key: "reps",
  title: "Reps",
  about: ["{links}By attainment. A name shows that rep alone.", "By attainment."],
  empty: "Nobody has a quota, a won deal or an open one in this period.",
  main: true,
  query: "figures.sql",
  part: "reps",
  columns: [
    repId,
    repName,
    teamName,
    ...Object.values(attainment),
    {
      key: "quota_day_count",
      label: "Days with quota",
      type: "count",
      definition: "Days of the period for which the person has a quota.",
    },
    {
      key: "is_quota_partial",
      label: "Quota for a part",
      type: "boolean",
      definition:
        "Whether the person has a quota for some days of the period only, such as who joined in it.",
    },
    {
      key: "is_without_quota",
      label: "No quota",
      type: "boolean",
      definition: "Whether the person has no quota in the period, in the currency chosen.",
    },
  ],
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    ...cells.map((cell) =>
      cell.key === "quota_amount"
        ? {
            ...cell,
            flag: { key: "is_quota_partial", text: "in part" },
            carries: ["prorated_count", "quota_day_count"],
          }
        : cell.key === "attainment_rate"
          ? { ...cell, flag: { key: "is_without_quota", text: "no quota" } }
          : cell,
    ),
  ],
  drills: { ...drillsBy(person), ...quotasBy(person) },
});

export const quotas = tableSection({
  key: "quotas",
  title: "Quotas",
  about: "What makes the quota: each day counts for one quota of a person.",
  empty: "Nobody has a quota in this period.",
  query: "quota-list.sql",
  pageRows: 20,
  columns: [
    repId,
    repName,
    teamName,
    {
      key: "period_name",
      label: "Fiscal period",
      type: "text",
      definition: "Month, quarter or year that the quota is for.",
    },
    { key: "period_kind", label: "Kind", type: "text", definition: "month, quarter or year." },
    {
      key: "period_amount",
      label: "Whole quota",
      type: "amount",
      definition: "Quota of the whole fiscal period.",
    },
    {
      key: "part_from",
      label: "Counts from",
      type: "date",
      definition: "First day of the period for which this quota counts.",
    },
    {
      key: "part_to",
      label: "Counts to",
      type: "date",
      definition: "Last day for which it counts.",
    },
    {
      key: "day_count",
      label: "Days",
      type: "count",
      definition: "Days for which it counts.",
    },
    {
      key: "is_prorated",
      label: "In part",
      type: "boolean",
      definition: "Whether it counts for some days of its fiscal period only.",
    },
    currency,
    {
      key: "quota_amount",
      label: "Counts",
      type: "amount",
      definition:
        "Whole quota times the days for which it counts, divided by those of its fiscal period.",
    },
    {
      key: "quota_to_date_amount",
      label: "To date",
      type: "amount",
      definition: "The part of that which falls to the days up to today.",
    },
  ],
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "period_name", carries: ["period_kind"] },
    { key: "period_amount", carries: ["currency"] },
    { key: "part_from" },
    { key: "part_to" },
    { key: "day_count", flag: { key: "is_prorated", text: "in part" } },
    { key: "quota_amount" },
    { key: "quota_to_date_amount" },
  ],
});

export const currencies = tableSection({
  key: "currencies",
  title: "By currency",
  about: [
    "{links}Quotas are not converted: each currency is by itself. A currency shows its figures.",
    "Quotas are not converted: each currency is by itself.",
  ],
  empty: "Nobody has a quota or won a deal in this period.",
  query: "currencies.sql",
  columns: [
    { ...currency, definition: "Currency of the quotas and the deals." },
    quotaPersonCount,
    { ...attainment.won_amount, currency: "currency" },
    attainment.won_count,
    { ...attainment.quota_amount, currency: "currency" },
    attainment.attainment_rate,
  ],
  cells: [
    { key: "currency", filter: { parameter: "currency", key: "currency" } },
    { key: "won_amount" },
    { key: "won_count" },
    { key: "quota_amount" },
    { key: "quota_person_count" },
    { key: "attainment_rate" },
  ],
  drills: {
    won_amount: {
      report: "closed-won-ledger",
      figure: "amount",
      set: { conversion: "none" },
      by: { currency: "currency" },
    },
    won_count: {
      report: "closed-won-ledger",
      figure: "deal_count",
      set: { conversion: "none" },
      by: { currency: "currency" },
    },
    quota_amount: {
      report: "quota-attainment",
      figure: "quota_amount",
      by: { currency: "currency" },
    },
  },
});
