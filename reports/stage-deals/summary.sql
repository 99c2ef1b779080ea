-- include: scope.sql
, counts AS (
  SELECT
    count(*) AS deal_count,
    count(*) FILTER (WHERE stage_outcome = 'open') AS rated_count,
    count(*) FILTER (WHERE has_moved) AS moved_count,
    count(*) FILTER (WHERE is_undecided) AS undecided_count,
    count(*) FILTER (WHERE status = 'won') AS won_count,
    count(*) FILTER (WHERE status = 'open') AS open_count,
    count(done_days) AS done_count,
    percentile_cont('{0.25,0.5,0.75}'::double precision[]) WITHIN GROUP (ORDER BY done_days) AS done_days,
    count(running_days) AS running_count,
    percentile_cont('{0.25,0.5,0.75}'::double precision[]) WITHIN GROUP (ORDER BY running_days) AS running_days
  FROM scope
)
SELECT
  :from_stage AS stage,
  deal_count,
  moved_count,
  round(moved_count / nullif(rated_count, 0)::numeric, 6) AS move_rate,
  round(stats.wilson_low(moved_count, rated_count)::numeric, 6) AS move_rate_low,
  round(stats.wilson_high(moved_count, rated_count)::numeric, 6) AS move_rate_high,
  -- How deals stand to the stage is known as of now.
  CASE WHEN :as_of IS NULL THEN undecided_count END AS undecided_count,
  CASE WHEN :as_of IS NULL THEN round((moved_count + undecided_count) / nullif(rated_count, 0)::numeric, 6) END AS most_rate,
  won_count,
  round(won_count / nullif(deal_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, deal_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, deal_count)::numeric, 6) AS win_rate_high,
  open_count,
  done_count,
  done_days[1] AS done_q1_days,
  done_days[2] AS done_median_days,
  done_days[3] AS done_q3_days,
  running_count,
  running_days[1] AS running_q1_days,
  running_days[2] AS running_median_days,
  running_days[3] AS running_q3_days
FROM counts
