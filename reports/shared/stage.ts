import type { Column, ReportInput } from "../../src/reports/define.ts";

type Own = NonNullable<ReportInput["own"]>[number];

export const OPEN_STAGES = [
  "Prospecting",
  "Qualification",
  "Needs Analysis",
  "Value Proposition",
  "Proposal/Price Quote",
  "Negotiation/Review",
];

/** The parameters by which reports about stages say which deals they mean. */
export const stageParameters = (stages: readonly string[]): Own[] => [
  {
    kind: "one",
    name: "cohort",
    label: "Cohort",
    usual: "created",
    options: [
      { value: "created", label: "Deals created in the period" },
      { value: "reached", label: "Deals that reached the stage in the period" },
    ],
  },
  {
    kind: "one",
    name: "from_stage",
    label: "From stage",
    usual: "Prospecting",
    options: stages.map((value) => ({ value, label: value })),
  },
];

const column = (key: string, label: string, type: Column["type"], definition: string): Column => ({
  key,
  label,
  type,
  definition,
});

/** What is told of the deals that came to a stage, each figure defined once. */
export const figures = {
  reached_count: column(
    "reached_count",
    "Reached",
    "count",
    "Deals of the cohort that came to the stage, or to a later one without it: a skipped stage counts as passed, one entered again counts once. A deal whose history begins late counts as having skipped what came before.",
  ),
  moved_count: column(
    "moved_count",
    "Moved on",
    "count",
    "Of these deals, those that later reached any later stage, other than Closed Lost; also where they came back.",
  ),
  move_rate: column(
    "move_rate",
    "Moved on so far",
    "rate",
    "Stage conversion: deals that moved on divided by the deals that reached the stage, as of now. It still grows while some are undecided. Empty for Closed Won.",
  ),
  move_rate_low: column(
    "move_rate_low",
    "Moved on, low",
    "rate",
    "Lower end of the 95 % Wilson interval of the rate of moving on.",
  ),
  move_rate_high: column(
    "move_rate_high",
    "Moved on, high",
    "rate",
    "Upper end of the 95 % Wilson interval of the rate of moving on.",
  ),
  undecided_count: column(
    "undecided_count",
    "Undecided",
    "count",
    "Of these deals, those that are open and have not moved on: still there, or back in an earlier stage.",
  ),
  lost_count: column(
    "lost_count",
    "Lost from here",
    "count",
    "Of these deals, those that are lost and never reached a later stage: this is as far as they came.",
  ),
  won_count: column("won_count", "Won", "count", "Of these deals, those that are won today."),
  win_rate: column(
    "win_rate",
    "Won so far",
    "rate",
    "Deals that are won today divided by the deals that reached the stage. It still grows while some are open.",
  ),
  win_rate_low: column(
    "win_rate_low",
    "Won, low",
    "rate",
    "Lower end of the 95 % Wilson interval of the rate of winning.",
  ),
  win_rate_high: column(
    "win_rate_high",
    "Won, high",
    "rate",
    "Upper end of the 95 % Wilson interval of the rate of winning.",
  ),
  lost_by_now_count: column(
    "lost_by_now_count",
    "Lost by now",
    "count",
    "Of these deals, those that are lost today, from whatever stage.",
  ),
  open_count: column("open_count", "Open", "count", "Of these deals, those that are open today."),
  done_count: column(
    "done_count",
    "Left it",
    "count",
    "Deals that entered the stage and have left it: the n of the days in it. Deals that skipped it are not among them, nor those that are in it again.",
  ),
  done_median_days: column(
    "done_median_days",
    "Days in stage",
    "days",
    "Median over the deals that left the stage of the days from entering to leaving it, in whole days; all stays of a deal are added up.",
  ),
} satisfies Record<string, Column>;

/** Their quartiles, and those of the deals that are in the stage now. */
export const times = {
  done_q1_days: column(
    "done_q1_days",
    "1st quartile",
    "days",
    "A quarter of the deals that left the stage had been in it for so many days or fewer.",
  ),
  done_q3_days: column(
    "done_q3_days",
    "3rd quartile",
    "days",
    "Three quarters of the deals that left the stage had been in it for so many days or fewer.",
  ),
  running_count: column(
    "running_count",
    "In it now",
    "count",
    "Deals that are in the stage now: the n of the days so far.",
  ),
  running_median_days: column(
    "running_median_days",
    "Days so far",
    "days",
    "Median over the deals that are in the stage now of the days since they entered it, with earlier stays. These are not done, so they are told apart.",
  ),
  running_q1_days: column(
    "running_q1_days",
    "Days so far, 1st quartile",
    "days",
    "A quarter of the deals that are in the stage now have been in it for so many days or fewer.",
  ),
  running_q3_days: column(
    "running_q3_days",
    "Days so far, 3rd quartile",
    "days",
    "Three quarters of the deals that are in the stage now have been in it for so many days or fewer.",
  ),
} satisfies Record<string, Column>;

export const stage: Column = {
  key: "stage",
  label: "Stage",
  type: "text",
  definition: "Stage that the figures are of.",
};

export const mostRate: Column = column(
  "most_rate",
  "At most",
  "rate",
  "What the rate of moving on comes to if every undecided deal moves on. Equal to it when all is decided; far above it, the cohort is too young to tell.",
);
