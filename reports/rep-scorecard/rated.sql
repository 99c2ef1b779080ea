, rated AS (
  SELECT
    owner_user_id,
    rep_name,
    team_name,
    owner_user_id = ANY (:owner) AS is_chosen,
    quota_amount IS NULL AND :period_days IS NOT NULL AS is_without_quota,
-- include: ../shared/attainment-rates.sql
  FROM (
    SELECT * FROM reps
    UNION ALL
    -- Whoever has neither a quota nor a deal is somebody, too.
    SELECT user_id, name, team_name, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, 0, NULL, 0, NULL, NULL
    FROM reporting.users
    WHERE user_id = ANY (:owner) AND user_id NOT IN (SELECT owner_user_id FROM reps)
  ) AS everybody
)
