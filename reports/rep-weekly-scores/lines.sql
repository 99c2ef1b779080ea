-- include: scope.sql
, called AS (
  SELECT rep_user_id, sum(call_count) AS call_count
  FROM parts
  GROUP BY rep_user_id
  HAVING sum(week_count) > 0
  ORDER BY call_count DESC
  FETCH FIRST 4 ROWS WITH TIES
),
-- Of as many calls, by name.
reps AS (
  SELECT rep_user_id, coalesce(rep_name, '(none)') AS rep_name, call_count
  FROM called
  LEFT JOIN names USING (rep_user_id)
  ORDER BY call_count DESC, rep_name, rep_user_id
  LIMIT 4
),
named AS (
  SELECT
    rep_user_id,
    -- Two of the same name stay two lines.
    rep_name || CASE WHEN count(*) OVER (PARTITION BY rep_name) > 1 THEN ' ' || left(rep_user_id::text, 4) ELSE '' END AS line_name,
    row_number() OVER (ORDER BY call_count DESC, rep_name, rep_user_id) AS position
  FROM reps
),
points AS (
  SELECT position, line_name, signal_name, week_on, mean_score, call_count
  FROM reporting.rep_weekly_scores
  JOIN named USING (rep_user_id)
  WHERE rep_user_id = ANY (ARRAY(SELECT rep_user_id FROM named))
    AND week_on BETWEEN :period_from AND :period_through
    AND (:signal IS NULL OR signal_name = ANY (:signal))
  UNION ALL
  SELECT 0, 'All reps', signal_name, week_on, mean_score, call_count
  FROM all_reps
),
weeks AS (
  SELECT monday::date AS week_on
  FROM span
  CROSS JOIN LATERAL generate_series(span.first_on, span.last_on, interval '7 days') AS monday
)
SELECT
  lines.signal_name,
  lines.line_name,
  weeks.week_on,
  round(points.mean_score, 6) AS mean_score,
  coalesce(points.call_count, 0) AS call_count
FROM (SELECT DISTINCT position, line_name, signal_name FROM points) AS lines
CROSS JOIN weeks
LEFT JOIN points USING (position, signal_name, week_on)
ORDER BY signal_name, position, week_on
