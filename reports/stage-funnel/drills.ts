// The deals behind a number, as the list of deals by stage calls them.
const of = (step: string) => (figure: string) => ({ report: "stage-deals", figure, set: { step } });

const count = (step: string) => of(step)("deal_count");
const reached = of("reached");
const done = of("done");
const running = of("running");

const drills = {
  reached_count: count("reached"),
  entered_count: count("entered"),
  skipped_count: count("skipped"),
  returned_count: count("returned"),
  moved_count: count("moved_on"),
  move_rate: reached("move_rate"),
  undecided_count: count("undecided"),
  most_rate: reached("most_rate"),
  lost_count: count("lost"),
  here_count: count("here"),
  back_count: count("back"),
  won_count: count("won"),
  win_rate: reached("win_rate"),
  lost_by_now_count: count("lost_by_now"),
  open_count: count("open"),
  done_count: done("deal_count"),
  done_q1_days: done("done_q1_days"),
  done_median_days: done("done_median_days"),
  done_q3_days: done("done_q3_days"),
  running_count: running("deal_count"),
  running_q1_days: running("running_q1_days"),
  running_median_days: running("running_median_days"),
  running_q3_days: running("running_q3_days"),
};

/** Those of these columns, with parameters from the row. */
export const drillsOf = (columns: readonly { key: string }[], by: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(drills)
      .filter(([key]) => columns.some((column) => column.key === key))
      .map(([key, drill]) => [key, { ...drill, by }]),
  );

const then = { compared: true, by: { from_stage: "stage", as_of: "compare_as_of_on" } };
export const comparedDrills = {
  compare_reached_count: { ...reached("deal_count"), ...then },
  compare_move_rate: { ...reached("move_rate"), ...then },
};
