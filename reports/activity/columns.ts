import type { Column } from "../../src/reports/define.ts";
import { ACTIVITY_TYPES } from "../shared/activity.ts";

export const completed: Column = {
  key: "completed_count",
  label: "Completed",
  type: "count",
  definition:
    "Completed activities of the days of the period, up to today, in the business time zone. Whoever did nothing counts as 0.",
};
export const compared: Column[] = [
  {
    key: "compare_completed_count",
    label: "Compared",
    type: "count",
    definition: "Completed activities of as many days of the period compared with.",
  },
  {
    key: "completed_change",
    label: "Change",
    type: "change",
    definition:
      "Completed activities divided by the compared ones, minus 1. Empty when there were none then.",
  },
];
export const planned: Column[] = [
  {
    key: "planned_count",
    label: "Planned",
    type: "count",
    definition:
      "Activities that are not completed and due in what is left of the period, today included.",
  },
  {
    key: "overdue_count",
    label: "Overdue",
    type: "count",
    definition: "Activities of days of the period before today that are not completed.",
  },
];

/** The column of how many of a type were completed. */
export const countOf = (type: string) => `${type.toLowerCase()}_count`;

export const byType: Column[] = ACTIVITY_TYPES.map((type) => ({
  key: countOf(type),
  label: `${type}s`,
  type: "count",
  definition: `Completed activities of the type ${type}.`,
}));

export const figures: Column[] = [
  completed,
  ...byType,
  {
    key: "week_mean",
    label: "Per week",
    type: "number",
    digits: 1,
    definition:
      "Completed activities divided by the weeks of the period that have come, in parts of weeks too. Empty for all time.",
  },
  ...compared,
  ...planned,
  {
    key: "last_on",
    label: "Last on",
    type: "date",
    definition: "Last day of the period with a completed activity. Empty without any.",
  },
];
