-- Scores of the period. Who sees all, and asks for no team and no rep, takes sums of whole months and years, and weeks only of the
-- days before and after them.
WITH month_begun AS (
  -- The month in which the period ends, once it has come this far, is whole as long as nothing is in the rest of it.
  SELECT date_trunc('month', :period_through::timestamp)::date >= :period_from AND NOT EXISTS (
    SELECT
    FROM reporting.rep_weekly_scores
    WHERE week_on BETWEEN :period_through + 1 AND (date_trunc('month', :period_through::timestamp) + interval '1 month')::date - 1
  ) AS is_whole
),
scope AS (
  SELECT rep_user_id, signal_name, week_on, call_count, score_sum, mean_score
  FROM reporting.rep_weekly_scores
  WHERE week_on BETWEEN :period_from AND CASE
      WHEN :sees_all AND num_nonnulls(:team, :owner) = 0
      THEN least(:period_through, (date_trunc('month', :period_from - interval '1 day') + interval '1 month')::date - 1)
      ELSE :period_through
    END
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR rep_user_id = ANY (:owner))
    AND (:signal IS NULL OR signal_name = ANY (:signal))
  UNION ALL
  SELECT rep_user_id, signal_name, week_on, call_count, score_sum, mean_score
  FROM reporting.rep_weekly_scores
  WHERE :sees_all
    AND num_nonnulls(:team, :owner) = 0
    AND week_on BETWEEN greatest(
      date_trunc('month', :period_through + interval '1 day')::date,
      (date_trunc('month', :period_from - interval '1 day') + interval '1 month')::date
    ) AND :period_through
    AND NOT (SELECT is_whole FROM month_begun)
    AND (:signal IS NULL OR signal_name = ANY (:signal))
),
-- What each rep's weeks add up to, in parts that are to be added up.
parts AS NOT MATERIALIZED (
  SELECT
    rep_user_id, signal_name, week_count, call_count, score_sum, mean_sum, call_square_sum, call_square_mean_sum,
    call_mean_square_sum, number_sum, number_square_sum, number_mean_sum
  FROM reporting.rep_score_spans
  WHERE :sees_all
    AND num_nonnulls(:team, :owner) = 0
    AND starts_on >= :period_from
    AND (
      ends_on <= :period_through
      OR kind = 'month' AND starts_on <= :period_through AND (SELECT is_whole FROM month_begun)
    )
    AND (
      kind = 'year'
      OR kind = 'month' AND starts_on < date_trunc('year', :period_from - interval '1 day')::date + interval '1 year'
      OR kind = 'month' AND starts_on >= date_trunc('year', :period_through + interval '1 day')
    )
    AND (:signal IS NULL OR signal_name = ANY (:signal))
  UNION ALL
  SELECT
    rep_user_id, signal_name, 1, call_count, score_sum, mean_score, call_count * call_count, call_count * call_count * mean_score,
    call_count * mean_score * call_count * mean_score, number, number * number, number * mean_score
  FROM scope
  CROSS JOIN LATERAL (SELECT (week_on - date '2000-01-03') / 7 AS number) AS week
),
pairs AS (
  SELECT rep_user_id, signal_name
  FROM parts
  GROUP BY rep_user_id, signal_name
  HAVING sum(week_count) > 0
),
-- How all calls scored in each week.
all_reps AS (
  SELECT signal_name, week_on, sum(call_count)::bigint AS call_count, trim_scale(sum(score_sum)) / sum(call_count) AS mean_score
  FROM (
    SELECT signal_name, week_on, call_count, score_sum
    FROM reporting.signal_weeks
    WHERE :sees_all
      AND num_nonnulls(:team, :owner) = 0
      AND week_on BETWEEN :period_from AND :period_through
      AND (:signal IS NULL OR signal_name = ANY (:signal))
    UNION ALL
    SELECT signal_name, week_on, call_count, score_sum
    FROM scope
    WHERE NOT (:sees_all AND num_nonnulls(:team, :owner) = 0)
  ) AS weeks
  GROUP BY signal_name, week_on
  HAVING sum(call_count) > 0
),
span AS (
  SELECT min(week_on) AS first_on, max(week_on) AS last_on
  FROM all_reps
),
names AS (
  SELECT user_id AS rep_user_id, name AS rep_name, team_name
  FROM reporting.users
)
