import { type Column, chartSection, defineReport, tableSection } from "../../src/reports/define.ts";
import { compared, figures } from "./columns.ts";
import { ofDay, ofIndustry, ofOwner, ofPriority, ofWeek } from "./drills.ts";
import { summary } from "./summary.ts";

const pick = (columns: readonly Column[], key: string) =>
  columns.find((column) => column.key === key) as Column;

const backlog = chartSection({
  key: "backlog",
  title: "Backlog at the end of each day",
  about: ["Against {compare}", "Cases neither Resolved nor Closed"],
  empty: "No case was open in this period.",
  query: "backlog.sql",
  wide: true,
  columns: [
    { key: "day_on", label: "Day", type: "date", definition: "Day in the business time zone." },
    {
      ...pick(figures, "backlog_count"),
      definition: "Cases that were neither Resolved nor Closed at the end of this day.",
    },
    {
      key: "compare_on",
      label: "Compared day",
      type: "date",
      definition: "The day at the same place in the period compared with.",
    },
    {
      ...pick(compared, "compare_backlog_count"),
      definition: "Cases that were neither Resolved nor Closed at the end of the compared day.",
    },
  ],
  chart: {
    type: "line",
    x: "day_on",
    series: [
      { key: "backlog_count", label: "{period}", role: "main" },
      { key: "compare_backlog_count", label: "{compare_whole}", role: "comparison" },
    ],
  },
  drills: ofDay,
});

const weeks = chartSection({
  key: "weeks",
  title: "Created and resolved by week",
  about: "A week counts the days of it that lie in the period",
  empty: "No case was created or resolved in this period.",
  query: "weeks.sql",
  columns: [
    {
      key: "week_on",
      label: "Week",
      type: "date",
      definition: "Monday that begins the ISO week, in the business time zone.",
    },
    {
      key: "week_days",
      label: "Days",
      type: "text",
      definition: "Days of the week that lie in the period and have come.",
    },
    {
      ...pick(figures, "created_count"),
      definition: "Cases created in these days of the week.",
    },
    {
      ...pick(figures, "resolved_count"),
      definition: "Cases that became Resolved for the first time in these days of the week.",
    },
    {
      key: "reopened_count",
      label: "Reopened",
      type: "count",
      definition: "Cases that were opened again in these days of the week, each once.",
    },
  ],
  chart: {
    type: "line",
    x: "week_on",
    series: [
      { key: "created_count", label: "Created", role: "series" },
      { key: "resolved_count", label: "Resolved", role: "series" },
      { key: "reopened_count", label: "Reopened", role: "series" },
    ],
  },
  drills: ofWeek,
});

const ninety: [string, string] = ["for 90 %", "for 90 %"];

/** The same figures stand beside each priority, owner and industry. */
const cells = [
  { key: "backlog_count", bar: true, carries: ["backlog_days"] },
  { key: "created_count" },
  {
    key: "response_median_hours",
    below: { key: "response_p90_hours", noun: ninety },
    carries: ["answered_count"],
  },
  {
    key: "unanswered_count",
    below: { key: "waiting_count", noun: ["waiting", "waiting"] as [string, string] },
    carries: ["waiting_days", "negative_count"],
  },
  { key: "resolved_count" },
  { key: "resolution_median_hours", below: { key: "resolution_p90_hours", noun: ninety } },
  { key: "full_median_hours" },
  {
    key: "reopen_rate",
    interval: { low: "reopen_low", high: "reopen_high", quiet: true },
    below: { key: "returned_count", noun: ["case", "cases"] as [string, string] },
    carries: ["reopen_sum"],
  },
];

const priorities = tableSection({
  key: "priorities",
  title: "Priorities",
  about: "Priorities are those of today, the most urgent first.",
  empty: "No case falls into this period.",
  query: "figures.sql",
  part: "priorities",
  columns: [
    {
      key: "priority",
      label: "Priority",
      type: "text",
      definition: "Urgent, High, Medium or Low, as it is today.",
    },
    ...figures,
  ],
  cells: [{ key: "priority", filter: { parameter: "priority", key: "priority" } }, ...cells],
  drills: ofPriority,
});

const owners = tableSection({
  key: "owners",
  title: "Owners",
  about: ["{links}By backlog. A name shows the cases of that owner alone.", "By backlog."],
  empty: "Nobody owns a case of this period.",
  main: true,
  query: "figures.sql",
  part: "owners",
  columns: [
    {
      key: "owner_user_id",
      label: "Owner, id",
      type: "id",
      definition: "Identifies the owner in filters and in the other reports.",
    },
    {
      key: "owner_name",
      label: "Owner",
      type: "text",
      definition: "Owner of the cases today, as named today.",
    },
    {
      key: "team_name",
      label: "Team",
      type: "text",
      definition: "Team that the owner is in today.",
    },
    ...figures,
  ],
  cells: [
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    ...cells,
  ],
  drills: ofOwner,
});

const industries = tableSection({
  key: "industries",
  title: "Industries",
  about: "Of the companies that reported the cases",
  empty: "No case falls into this period.",
  query: "figures.sql",
  part: "industries",
  columns: [
    {
      key: "industry",
      label: "Industry",
      type: "text",
      definition: "Industry of the company; (none) where it is blank or the company not known.",
    },
    ...figures,
  ],
  cells: [{ key: "industry", filter: { parameter: "industry", key: "industry" } }, ...cells],
  drills: ofIndustry,
});

export default defineReport({
  slug: "support-cases",
  group: "Service",
  position: 10,
  title: "Support cases",
  question: "Are customers answered and helped in time, and is the pile growing?",
  permission: "report:service",
  records: "case",
  marts: ["support_cases", "case_open_times"],
  parameters: ["period", "compare", "team", "owner", "industry"],
  own: [
    {
      kind: "many",
      name: "priority",
      label: "Priority",
      options: ["Urgent", "High", "Medium", "Low"].map((value) => ({ value, label: value })),
    },
  ],
  customFields: "cases",
  defaults: { period: "last_90_days", compare: "previous" },
  sections: [summary, backlog, weeks, priorities, owners, industries],
});
