-- include: weeks-in-scope.sql
, trailed AS (
  SELECT
    *,
    sum(score_sum) OVER four_weeks AS trailing_sum,
    sum(call_count) OVER four_weeks AS trailing_call_count
  FROM weeks
  WINDOW four_weeks AS (
    PARTITION BY rep_user_id, signal_name ORDER BY week_on ROWS BETWEEN 3 PRECEDING AND CURRENT ROW
  )
)
SELECT
  week_on,
  to_char(week_on, 'IYYY-"W"IW') AS iso_week,
  week_on + 6 > :today AS is_partial,
  rep_user_id,
  rep_name,
  team_name,
  signal_name,
  mean_score,
  call_count,
  call_count BETWEEN 1 AND 4 AS has_few_calls,
  round(trailing_sum / nullif(trailing_call_count, 0), 6) AS trailing_mean_score,
  trailing_call_count
FROM trailed
WHERE is_in_period
ORDER BY week_on DESC, rep_name, rep_user_id, signal_name
