-- include: weeks-in-scope.sql
, reps AS (
  SELECT rep_user_id, rep_name, sum(call_count) AS call_count
  FROM weeks
  WHERE is_in_period
  GROUP BY rep_user_id, rep_name
  ORDER BY call_count DESC, rep_name
  LIMIT 4
),
named AS (
  SELECT
    rep_user_id,
    -- Two of the same name stay two lines.
    rep_name || CASE WHEN count(*) OVER (PARTITION BY rep_name) > 1 THEN ' ' || left(rep_user_id::text, 4) ELSE '' END AS line_name,
    row_number() OVER (ORDER BY call_count DESC, rep_name) AS position
  FROM reps
),
lines AS (
  SELECT named.position, named.line_name, weeks.signal_name, weeks.week_on, weeks.mean_score, weeks.call_count
  FROM weeks
  JOIN named USING (rep_user_id)
  WHERE is_in_period
  UNION ALL
  SELECT
    0,
    'All reps',
    signal_name,
    week_on,
    sum(score_sum) / nullif(sum(call_count), 0),
    sum(call_count)::bigint
  FROM weeks
  WHERE is_in_period
  GROUP BY signal_name, week_on
)
SELECT signal_name, line_name, week_on, round(mean_score, 6) AS mean_score, call_count
FROM lines
ORDER BY signal_name, position, week_on
