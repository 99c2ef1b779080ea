-- Every week of the period for every rep and signal with a call in it: a week without calls is a row without a mean.
-- include: scope.sql
, span AS (
  SELECT min(week_on) AS first_on, max(week_on) AS last_on
  FROM scope
  WHERE week_on >= :period_from
),
pairs AS (
  SELECT DISTINCT rep_user_id, rep_name, team_name, signal_name
  FROM scope
  WHERE week_on >= :period_from
),
weeks AS (
  SELECT
    pairs.rep_user_id,
    pairs.rep_name,
    pairs.team_name,
    pairs.signal_name,
    calendar.week_on,
    calendar.week_on >= span.first_on AS is_in_period,
    coalesce(scope.call_count, 0) AS call_count,
    scope.score_sum,
    scope.mean_score
  FROM span
  CROSS JOIN LATERAL (
    SELECT monday::date AS week_on FROM generate_series(span.first_on - 21, span.last_on, interval '7 days') AS monday
  ) AS calendar
  CROSS JOIN pairs
  LEFT JOIN scope
    ON scope.rep_user_id = pairs.rep_user_id
    AND scope.signal_name = pairs.signal_name
    AND scope.week_on = calendar.week_on
)
