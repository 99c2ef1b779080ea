-- The people whom the filters name, and nobody as one of them.
owners AS (
  SELECT user_id
  FROM reporting.users
  WHERE (:owner IS NULL OR user_id = ANY (:owner))
    AND (:team IS NULL OR team_name = ANY (:team))
  UNION ALL
  SELECT nobody
  FROM (VALUES ('00000000-0000-0000-0000-000000000000'::uuid)) AS no_owner (nobody)
  WHERE (:owner IS NULL OR nobody = ANY (:owner))
    AND (:team IS NULL OR '(none)' = ANY (:team))
),
-- What is planned lies ahead; what is overdue ended yesterday. Its days are known to whatever reads them, and the whole months among
-- them that have gone by.
asked AS NOT MATERIALIZED (
  SELECT
    is_completed,
    from_on,
    through_on,
    date_trunc('month', from_on + interval '1 month' - interval '1 day')::date AS whole_from,
    date_trunc('month', least(through_on, :today - 1) + interval '1 day')::date AS whole_until
  FROM (
    SELECT
      CASE :state WHEN 'completed' THEN true WHEN 'all' THEN NULL ELSE false END AS is_completed,
      CASE :state WHEN 'planned' THEN greatest(:period_from, :today) ELSE :period_from END AS from_on,
      CASE :state
        WHEN 'completed' THEN :period_through
        WHEN 'overdue' THEN least(:period_through, :today - 1)
        -- The last day that there is has no end.
        ELSE least(:period_to, date '9999-12-30')
      END AS through_on
  ) AS days
)
