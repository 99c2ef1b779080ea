-- include: scope.sql
, figures AS (
  SELECT
    count(*) AS case_count,
    count(*) FILTER (WHERE is_open) AS open_count,
    count(seconds_to_first_reply) AS answered_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_first_reply) / 3600 AS response_median_hours,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds_to_first_reply) / 3600 AS response_p90_hours,
    count(*) FILTER (WHERE seconds_to_first_reply IS NULL AND is_open) AS waiting_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY :today - opened_on)
      FILTER (WHERE seconds_to_first_reply IS NULL AND is_open) AS waiting_days,
    count(seconds_to_first_resolution) AS resolved_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_first_resolution) / 3600 AS resolution_median_hours,
    percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds_to_first_resolution) / 3600 AS resolution_p90_hours,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_to_last_resolution) FILTER (WHERE NOT is_open) / 3600 AS full_median_hours,
    count(*) FILTER (WHERE reopen_count > 0) AS returned_count,
    coalesce(sum(reopen_count), 0)::bigint AS reopen_sum
  FROM scope
),
backlog AS (
  SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY least(:period_through, :today) - open_from_on) AS backlog_days
  FROM reporting.case_open_times
  WHERE :cases = 'backlog'
    AND case_id IN (SELECT case_id FROM scope)
    AND open_from_on <= least(:period_through, :today)
    AND (open_until_on > least(:period_through, :today) OR open_until_on IS NULL)
)
SELECT
  case_count,
  open_count,
  answered_count,
  round(response_median_hours::numeric, 4) AS response_median_hours,
  round(response_p90_hours::numeric, 4) AS response_p90_hours,
  case_count - answered_count AS unanswered_count,
  waiting_count,
  waiting_days,
  resolved_count,
  round(resolution_median_hours::numeric, 4) AS resolution_median_hours,
  round(resolution_p90_hours::numeric, 4) AS resolution_p90_hours,
  round(full_median_hours::numeric, 4) AS full_median_hours,
  returned_count,
  round(returned_count / nullif(resolved_count, 0)::numeric, 6) AS reopen_rate,
  round(stats.wilson_low(returned_count, resolved_count)::numeric, 6) AS reopen_low,
  round(stats.wilson_high(returned_count, resolved_count)::numeric, 6) AS reopen_high,
  reopen_sum,
  backlog_days
FROM figures, backlog
