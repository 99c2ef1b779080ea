import {
  chartSection,
  defineReport,
  tableSection,
  tilesSection,
} from "../../src/reports/define.ts";
import { activityType } from "../shared/activity.ts";
import { repId, repName, teamName } from "../shared/columns.ts";
import { byType, compared, completed, figures, planned } from "./columns.ts";
import { ofAll, ofDays, ofRep, ofType } from "./drills.ts";

const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "reps.sql",
  part: "summary",
  columns: [
    ...figures,
    {
      key: "rep_count",
      label: "Reps",
      type: "count",
      definition:
        "People who completed something in the period or in the one compared with, or have something planned in it: the n of the figure per rep. Others are not known to be reps.",
    },
    {
      key: "idle_count",
      label: "Without any",
      type: "count",
      definition:
        "Of these people, those without a completed activity in the period: 0 for them counts too.",
    },
    {
      key: "rep_week_mean",
      label: "Per rep and week",
      type: "number",
      digits: 1,
      definition:
        "Completed activities of these people divided by their number and by the weeks of the period that have come. Activities that nobody owns are left out.",
    },
  ],
  drills: ofAll,
  tiles: [
    {
      label: "Completed",
      value: "completed_count",
      empty: "none",
      notes: [["{completed_change}, {compare_completed_count} in {compare_whole}", ""]],
    },
    {
      label: "Per rep and week",
      value: "rep_week_mean",
      empty: "–",
      notes: [["{rep_count|rep|reps}"], ["{idle_count:some} without any", ""]],
    },
    { label: "Planned", value: "planned_count", empty: "none", notes: [["due from today on"]] },
    { label: "Overdue", value: "overdue_count", empty: "none", notes: [["of past days"]] },
  ],
});

const days = chartSection({
  key: "days",
  title: "Completed by type",
  about:
    "By day in a period of up to five weeks, else by week, from Monday. The first and the last have only their days of the period.",
  empty: "Nothing was completed in this period.",
  query: "days.sql",
  part: "days",
  wide: true,
  columns: [
    {
      key: "begins_on",
      label: "Begins",
      type: "date",
      definition: "The day, or the Monday of the ISO week, in the business time zone.",
    },
    {
      key: "bucket_days",
      label: "Days",
      type: "text",
      definition: "Days of it that lie in the period.",
    },
    { key: "activity_type", label: "Type", type: "text", definition: "Type of the activities." },
    {
      ...completed,
      definition: "Completed activities of the type on these days; 0 where there were none.",
    },
  ],
  chart: {
    type: "columns",
    x: "begins_on",
    splitBy: "activity_type",
    series: [{ key: "completed_count", label: "Completed", role: "main" }],
  },
  drills: ofDays,
});

const types = tableSection({
  key: "types",
  title: "Types",
  about: "By number of completed activities",
  empty: "There is no activity in this period.",
  query: "days.sql",
  part: "types",
  columns: [
    {
      key: "activity_type",
      label: "Type",
      type: "text",
      definition: "Call, Email, Meeting, Task or Note.",
    },
    completed,
    {
      key: "completed_share",
      label: "Share",
      type: "rate",
      definition: "Completed activities of the type divided by all that were completed.",
    },
    ...compared,
    ...planned,
  ],
  cells: [
    { key: "activity_type", filter: { parameter: "type", key: "activity_type" } },
    { key: "completed_count", bar: true },
    { key: "completed_share" },
    { key: "compare_completed_count", below: { key: "completed_change" } },
    { key: "planned_count" },
    { key: "overdue_count" },
  ],
  drills: ofType,
});

const reps = tableSection({
  key: "reps",
  title: "Reps",
  about: [
    "{links}By completed activities. A name shows that rep alone.",
    "By completed activities.",
  ],
  empty: "Nobody did anything, or has anything planned.",
  main: true,
  query: "reps.sql",
  part: "reps",
  columns: [repId, repName, teamName, ...figures],
  cells: [
    {
      key: "rep_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "completed_count", bar: true, below: { key: "week_mean", noun: ["a week", "a week"] } },
    { key: "compare_completed_count", below: { key: "completed_change" } },
    ...byType.map(({ key }) => ({ key })),
    { key: "planned_count", below: { key: "overdue_count", noun: ["overdue", "overdue"] } },
    { key: "last_on" },
  ],
  drills: ofRep,
});

export default defineReport({
  slug: "activity",
  group: "Conversations",
  position: 40,
  title: "Activity",
  question: "What does each rep do, and is it more or less than before?",
  permission: "report:conversations",
  records: "call",
  marts: ["rep_daily_activities"],
  parameters: ["period", "compare", "team", "owner"],
  own: [activityType],
  defaults: { period: "last_30_days", compare: "previous" },
  sections: [summary, days, types, reps],
});
