-- The people whom the filters name, and nobody as one of them. Asked of each call, teams would hide the index of reps.
reps AS (
  SELECT user_id
  FROM reporting.users
  WHERE (:owner IS NULL OR user_id = ANY (:owner))
    AND (:team IS NULL OR team_name = ANY (:team))
  UNION ALL
  SELECT nobody
  FROM (VALUES ('00000000-0000-0000-0000-000000000000'::uuid)) AS no_rep (nobody)
  WHERE (:owner IS NULL OR nobody = ANY (:owner))
    AND (:team IS NULL OR '(none)' = ANY (:team))
),
-- The signal whose scores are shown.
shown AS (
  SELECT coalesce((:signal)[1], :score ->> 'signal', reporting.main_signal()) AS signal_name
)
