-- include: counted.sql
, scored AS (
  SELECT week_on, call_count, score_sum
  FROM reporting.signal_weeks
  WHERE
-- include: sums.sql
-- include: whole-weeks.sql
    AND signal_name = (SELECT signal_name FROM shown)
  UNION ALL
  SELECT week_on, call_count, score_sum
  FROM reporting.rep_weekly_scores
  WHERE NOT
-- include: sums.sql
    AND
-- include: plain.sql
    AND signal_name = (SELECT signal_name FROM shown)
-- include: whole-weeks.sql
    AND (num_nonnulls(:team, :owner) = 0 OR rep_user_id = ANY (ARRAY(SELECT user_id FROM reps)))
  UNION ALL
  SELECT one_by_one.week_on, sign, sign * found.score
  FROM reporting.call_scores(ARRAY(SELECT call_id FROM one_by_one), (SELECT signal_name FROM shown)) AS found
  JOIN one_by_one ON one_by_one.call_id = found.call_id
)
