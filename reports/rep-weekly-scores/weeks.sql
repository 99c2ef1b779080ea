-- include: scope.sql
, scored AS (
  SELECT
    rep_user_id,
    coalesce(rep_name, '(none)') AS rep_name,
    coalesce(team_name, '(none)') AS team_name,
    signal_name
  FROM pairs
  LEFT JOIN names USING (rep_user_id)
),
-- The weeks that the rows shown lie in: each has as many rows as there are pairs of rep and signal.
weeks AS (
  SELECT week_on, place
  FROM span
  CROSS JOIN LATERAL (
    SELECT monday::date AS week_on, (span.last_on - monday::date) / 7 AS place
    FROM generate_series(span.first_on, span.last_on, interval '7 days') AS monday
  ) AS calendar
  WHERE :rows_before IS NULL
    OR place BETWEEN :rows_before / (SELECT count(*) FROM scored) AND (:rows_before + :rows_shown) / (SELECT count(*) FROM scored)
),
-- A week without calls is a row without a mean.
cells AS (
  SELECT week_on, rep_user_id, rep_name, team_name, signal_name, true AS is_shown
  FROM weeks
  CROSS JOIN scored
  ORDER BY week_on DESC, rep_name, rep_user_id, signal_name
  LIMIT :rows_shown
  OFFSET :rows_before - (SELECT min(place) FROM weeks) * (SELECT count(*) FROM scored)
),
-- Three weeks more, for the trailing means.
history AS (
  SELECT rep_user_id, signal_name, week_on, call_count, score_sum, mean_score
  FROM reporting.rep_weekly_scores
  WHERE week_on BETWEEN (SELECT min(week_on) FROM cells) - 21 AND (SELECT max(week_on) FROM cells)
    AND (:rows_before IS NULL OR rep_user_id = ANY (ARRAY(SELECT DISTINCT rep_user_id FROM cells)))
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR rep_user_id = ANY (:owner))
    AND (:signal IS NULL OR signal_name = ANY (:signal))
),
trailed AS (
  SELECT
    *,
    sum(score_sum) OVER four_weeks AS trailing_sum,
    coalesce(sum(call_count) OVER four_weeks, 0) AS trailing_call_count
  FROM history
  FULL JOIN cells USING (rep_user_id, signal_name, week_on)
  WINDOW four_weeks AS (
    PARTITION BY rep_user_id, signal_name ORDER BY week_on RANGE BETWEEN interval '21 days' PRECEDING AND CURRENT ROW
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
  coalesce(call_count, 0) AS call_count,
  coalesce(call_count, 0) BETWEEN 1 AND 4 AS has_few_calls,
  round(trailing_sum / nullif(trailing_call_count, 0), 6) AS trailing_mean_score,
  trailing_call_count,
  week_on || '..' || week_on + 6 AS week_period,
  week_on - 21 || '..' || week_on + 6 AS trailing_period
FROM trailed
WHERE is_shown
