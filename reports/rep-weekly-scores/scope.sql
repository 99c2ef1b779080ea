-- Three weeks more than the period, for the trailing mean of its first weeks.
WITH scope AS (
  SELECT rep_user_id, rep_name, team_name, signal_name, week_on, call_count, score_sum, mean_score
  FROM reporting.rep_weekly_scores
  WHERE week_on BETWEEN :period_from - 21 AND :period_through
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR rep_user_id = ANY (:owner))
    AND (:signal IS NULL OR signal_name = ANY (:signal))
)
