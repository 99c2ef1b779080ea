import { chartSection, defineReport, tableSection } from "../../src/reports/define.ts";
import {
  change,
  cohort,
  comparedRate,
  created,
  figures,
  source,
  WINDOWS,
  youth,
} from "./columns.ts";
import { compared, ofCohort, ofMonth, ofRep, ofSource, only } from "./drills.ts";
import { summary } from "./summary.ts";

const rates = WINDOWS.flatMap((days) => [`within_${days}_count`, `within_${days}_rate`]);

const trend = chartSection({
  key: "trend",
  title: "Conversion by month of creation",
  about: "Of all leads of the month. A line ends where the months are too young for it.",
  empty: "No month of this period is old enough to tell.",
  query: "figures.sql",
  part: "months",
  wide: true,
  columns: [
    ...cohort,
    { ...created, definition: "Leads created in these days of the month." },
    ...figures.filter(({ key }) => rates.includes(key)),
  ],
  chart: {
    type: "line",
    x: "cohort_on",
    series: [90, 60, 30].map((days) => ({
      key: `within_${days}_rate`,
      label: `Within ${days} days`,
      role: "series" as const,
    })),
    n: "created_count",
  },
  drills: only(ofMonth, "created_count", ...rates),
});

const volume = chartSection({
  key: "volume",
  title: "Leads by month and source",
  about: "Of the month's days that lie in the period",
  empty: "No lead was created in this period.",
  query: "figures.sql",
  part: "cohorts",
  columns: [
    ...cohort,
    source,
    { ...created, definition: "Leads of the source created in these days of the month." },
  ],
  chart: {
    type: "columns",
    x: "cohort_on",
    splitBy: "lead_source",
    series: [{ key: "created_count", label: "Leads", role: "main" }],
  },
  drills: only(ofCohort, "created_count"),
});

/** How the rates within 30, 60 and 90 days stand in a table. */
const windows = (more: (days: number) => object) =>
  WINDOWS.map((days) => ({
    key: `within_${days}_rate`,
    interval: { low: `within_${days}_low`, high: `within_${days}_high`, quiet: true },
    ...more(days),
  }));
const withN = (days: number) => ({
  below: { key: `old_${days}_count`, noun: ["lead", "leads"] as [string, string] },
  carries: [`within_${days}_count`],
});

const sources = tableSection({
  key: "sources",
  title: "Sources",
  about: "By number of leads. A rate is of the leads that are old enough for it, counted below it.",
  empty: "No lead was created in this period.",
  query: "figures.sql",
  part: "sources",
  columns: [
    source,
    ...figures,
    ...change,
    comparedRate(90),
    {
      key: "within_90_change",
      label: "Change within 90 days",
      type: "points",
      definition:
        "The rate within 90 days minus that of the leads created in the period compared with, in percentage points.",
    },
  ],
  cells: [
    { key: "lead_source", filter: { parameter: "source", key: "lead_source" } },
    { key: "created_count", bar: true },
    { key: "created_change", carries: ["compare_created_count"] },
    { key: "conversion_rate", below: { key: "converted_count", noun: ["lead", "leads"] } },
    { key: "undecided_count" },
    ...windows(withN),
    { key: "within_90_change", carries: ["compare_within_90_rate"] },
    { key: "median_days", carries: ["young_count", "negative_count"] },
  ],
  drills: {
    ...ofSource,
    compare_created_count: { ...compared, by: { source: "lead_source" } },
  },
});

const reps = tableSection({
  key: "reps",
  title: "Reps",
  about: ["{links}By number of leads. A name shows that rep alone.", "By number of leads."],
  empty: "No rep has a lead of this period.",
  query: "reps.sql",
  totalQuery: "figures.sql",
  countPart: "summary",
  order: ["-created_count", "rep_name", "owner_user_id"],
  columns: [
    {
      key: "owner_user_id",
      label: "Rep, id",
      type: "id",
      definition: "Identifies the rep in filters and in the other reports.",
    },
    {
      key: "rep_name",
      label: "Rep",
      type: "text",
      definition: "Owner of the leads, as named today.",
    },
    { key: "team_name", label: "Team", type: "text", definition: "Team that the rep is in today." },
    ...figures,
  ],
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "created_count", bar: true },
    { key: "conversion_rate", below: { key: "converted_count", noun: ["lead", "leads"] } },
    { key: "undecided_count" },
    ...windows(withN),
    { key: "median_days", carries: ["young_count", "negative_count"] },
  ],
  drills: ofRep,
});

const cohorts = tableSection({
  key: "cohorts",
  title: "Sources by month of creation",
  about: "The newest month first. A rate is given once the whole month is old enough for it.",
  empty: "No lead was created in this period.",
  main: true,
  query: "figures.sql",
  part: "cohorts",
  columns: [
    ...cohort,
    {
      key: "is_part",
      label: "Part of the month",
      type: "boolean",
      definition: "Whether some days of the month lie outside the period, or are still to come.",
    },
    source,
    ...figures,
    ...youth,
  ],
  cells: [
    {
      key: "cohort_on",
      flag: { key: "is_part", text: "in part" },
      carries: ["cohort_days"],
    },
    { key: "lead_source" },
    { key: "created_count" },
    { key: "conversion_rate", below: { key: "converted_count", noun: ["lead", "leads"] } },
    { key: "undecided_count" },
    ...windows((days) => ({
      flag: { key: `is_young_${days}`, text: "too young" },
      carries: [`within_${days}_count`, `old_${days}_count`],
    })),
    {
      key: "median_days",
      flag: { key: "is_median_young", text: "fast only" },
      carries: ["young_count", "negative_count"],
    },
  ],
  drills: ofCohort,
});

export default defineReport({
  slug: "lead-conversion",
  group: "Sales",
  position: 40,
  title: "Lead conversion",
  question: "Which sources bring leads that become deals, and how fast?",
  permission: "report:sales",
  records: "lead",
  marts: ["lead_conversion"],
  parameters: ["period", "compare", "team", "owner", "industry", "source"],
  customFields: "leads",
  defaults: { period: "last_12_months", compare: "previous" },
  sections: [summary, trend, volume, sources, reps, cohorts],
});
