SELECT signal_name, week_on, iso_week, rep_user_id, mean_score, call_count, trailing_mean_score, trailing_call_count, week_period
FROM (
-- include: ../rep-weekly-scores/weeks.sql
) AS weeks
ORDER BY signal_name, week_on
