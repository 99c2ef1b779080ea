// The cases behind a number, as the list of cases calls them.
const of = (cases: string) => (figure: string) => ({ report: "cases", figure, set: { cases } });

const created = of("created");
const answered = of("answered");
const resolved = of("resolved");
const backlog = of("backlog");

const drills = {
  backlog_count: backlog("case_count"),
  backlog_days: backlog("backlog_days"),
  created_count: created("case_count"),
  answered_count: answered("case_count"),
  response_median_hours: answered("response_median_hours"),
  response_p90_hours: answered("response_p90_hours"),
  unanswered_count: of("unanswered")("case_count"),
  waiting_count: of("waiting")("case_count"),
  waiting_days: of("waiting")("waiting_days"),
  resolved_count: resolved("case_count"),
  resolution_median_hours: resolved("resolution_median_hours"),
  resolution_p90_hours: resolved("resolution_p90_hours"),
  full_median_hours: resolved("full_median_hours"),
  returned_count: of("returned")("case_count"),
  reopen_rate: resolved("reopen_rate"),
  reopen_sum: of("returned")("reopen_sum"),
  negative_count: of("negative")("case_count"),
};

type Drills = Record<string, ReturnType<ReturnType<typeof of>>>;

const by = (parameters: Record<string, string>) =>
  Object.fromEntries(
    Object.entries<Drills[string]>(drills).map(([key, drill]) => [
      key,
      { ...drill, by: parameters },
    ]),
  );

export const ofPriority = by({ priority: "priority" });
export const ofOwner = by({ owner: "owner_user_id" });
export const ofIndustry = by({ industry: "industry" });

const then = { compared: true };
export const ofAll = {
  ...drills,
  compare_backlog_count: { ...drills.backlog_count, ...then },
  compare_created_count: { ...drills.created_count, ...then },
  compare_resolved_count: { ...drills.resolved_count, ...then },
  compare_response_median_hours: { ...drills.response_median_hours, ...then },
  compare_resolution_median_hours: { ...drills.resolution_median_hours, ...then },
  compare_reopen_rate: { ...drills.reopen_rate, ...then },
};

/** By the end of a day. */
export const ofDay = {
  backlog_count: { ...drills.backlog_count, by: { period: "day_on" } },
  compare_backlog_count: { ...drills.backlog_count, by: { period: "compare_on" } },
};

export const ofWeek = {
  created_count: { ...drills.created_count, by: { period: "week_days" } },
  resolved_count: { ...drills.resolved_count, by: { period: "week_days" } },
  reopened_count: { ...of("reopened")("case_count"), by: { period: "week_days" } },
};
