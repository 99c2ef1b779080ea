import type { Column } from "../../src/reports/define.ts";
import { mostRate } from "../shared/stage.ts";

/** The parts of those that reached a stage, besides what other reports tell too. */
export const parts: Column[] = [
  {
    key: "entered_count",
    label: "Entered",
    type: "count",
    definition: "Deals that entered the stage itself, once or more often.",
  },
  {
    key: "skipped_count",
    label: "Skipped",
    type: "count",
    definition: "Deals that came to a later stage without having been in this one.",
  },
  {
    key: "returned_count",
    label: "Entered again",
    type: "count",
    definition:
      "Deals that entered the stage more than once: they went back to it, or came past it again.",
  },
  {
    key: "here_count",
    label: "Still there",
    type: "count",
    definition:
      "Deals that are in the stage and have never been beyond it. Those that are in it again after having moved on are not among them. In Closed Won, deals that are won.",
  },
  {
    key: "back_count",
    label: "Went back",
    type: "count",
    definition: "Open deals that have never been beyond the stage and are in an earlier one now.",
  },
  mostRate,
];

/** The period compared with, as it stood when it was as old as this one is now. */
export const compared: Column[] = [
  {
    key: "compare_reached_count",
    label: "Compared, reached",
    type: "count",
    definition:
      "Deals of the cohort compared with that had reached the stage when that cohort was as old as this one is now.",
  },
  {
    key: "reached_change",
    label: "Reached, change",
    type: "change",
    definition: "Deals that reached the stage divided by the compared ones, minus 1.",
  },
  {
    key: "compare_move_rate",
    label: "Moved on then",
    type: "rate",
    definition:
      "Rate of moving on of the cohort compared with, when it was as old as this one is now: both had as much time.",
  },
  {
    key: "compare_as_of_on",
    label: "Compared, as of",
    type: "date",
    definition: "Day on which the cohort compared with was as old as this one is now.",
  },
];
