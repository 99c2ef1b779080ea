import { defineReport, tableSection, tilesSection } from "../../src/reports/define.ts";
import { activityType } from "../shared/activity.ts";

const summary = tilesSection({
  key: "summary",
  title: "Summary",
  query: "summary.sql",
  columns: [
    {
      key: "activity_count",
      label: "Activities",
      type: "count",
      definition: "Activities in the list.",
    },
    {
      key: "completed_count",
      label: "Completed",
      type: "count",
      definition: "Activities in the list that are completed.",
    },
    {
      key: "planned_count",
      label: "Not completed",
      type: "count",
      definition: "Activities in the list that are not completed, due or not.",
    },
    {
      key: "overdue_count",
      label: "Overdue",
      type: "count",
      definition: "Activities in the list that are not completed, and whose day is past.",
    },
  ],
  tiles: [
    { label: "Activities", value: "activity_count", empty: "none", notes: [] },
    { label: "Completed", value: "completed_count", empty: "none", notes: [] },
    {
      label: "Not completed",
      value: "planned_count",
      empty: "none",
      notes: [["{overdue_count:some} overdue", ""]],
    },
  ],
});

const activities = tableSection({
  key: "activities",
  title: "Activities",
  about: "The newest first.",
  empty: "No activity falls into this selection.",
  main: true,
  query: "activities.sql",
  totalQuery: "summary.sql",
  order: ["-activity_at", "activity_id"],
  columns: [
    {
      key: "activity_id",
      label: "Activity, id",
      type: "id",
      definition: "Identifies the activity.",
    },
    {
      key: "activity_type",
      label: "Type",
      type: "text",
      definition: "Call, Email, Meeting, Task or Note.",
    },
    {
      key: "subject",
      label: "Subject",
      type: "text",
      definition: "What it is about, as written down; (no subject) where that is blank.",
    },
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
      definition: "Person who owns the activity, as named today; (none) where nobody does.",
    },
    {
      key: "team_name",
      label: "Team",
      type: "text",
      definition: "Team that the owner is in today.",
    },
    {
      key: "activity_at",
      label: "When",
      type: "time",
      definition:
        "When it took place or, while not completed, is due; on the page in the business time zone.",
    },
    {
      key: "is_completed",
      label: "Completed",
      type: "boolean",
      definition: "Whether it is completed.",
    },
    {
      key: "completed_at",
      label: "Completed at",
      type: "time",
      definition: "When it was completed; empty while it is not.",
    },
    {
      key: "is_overdue",
      label: "Overdue",
      type: "boolean",
      definition: "Whether it is not completed, and its day is past.",
    },
    {
      key: "created_at",
      label: "Written down",
      type: "time",
      definition: "When it was written down.",
    },
    {
      key: "excerpt",
      label: "Excerpt",
      type: "excerpt",
      definition:
        "What the notes say around the words that are searched for, which stand in « and ». Empty where nothing is searched for.",
    },
  ],
  cells: [
    { key: "subject", below: { key: "activity_type" }, carries: ["activity_id"] },
    { key: "excerpt", when: "q" },
    {
      key: "owner_name",
      filter: { parameter: "owner", key: "owner_user_id" },
      below: { key: "team_name" },
    },
    { key: "activity_at", flag: { key: "is_overdue", text: "overdue" } },
    { key: "is_completed", below: { key: "completed_at" } },
    { key: "created_at" },
  ],
});

export default defineReport({
  slug: "activities",
  group: "Conversations",
  position: 45,
  title: "Activities",
  question: "Which activities make the number?",
  permission: "report:conversations",
  records: "call",
  marts: ["rep_daily_activities"],
  parameters: ["period", "team", "owner"],
  own: [
    {
      kind: "words",
      name: "q",
      label: "Search",
      hint: 'Words in the notes: all of them, "one after the other", one or another, -without',
    },
    {
      kind: "one",
      name: "state",
      label: "Activities",
      usual: "completed",
      options: [
        { value: "completed", label: "Completed in the period" },
        { value: "planned", label: "Not completed, due in what is left of the period" },
        { value: "overdue", label: "Overdue: not completed, of a past day of the period" },
        { value: "all", label: "All of the period" },
      ],
    },
    activityType,
  ],
  defaults: { period: "last_30_days" },
  sections: [summary, activities],
});
