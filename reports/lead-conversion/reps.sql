-- The owners of the leads of the period; of a page, its own.
WITH
-- include: owners.sql
, people AS (
  SELECT owner_user_id, lead_count, coalesce(users.name, '(none)') AS rep_name, coalesce(users.team_name, '(none)') AS team_name
  FROM owners
  LEFT JOIN reporting.users ON users.user_id = owner_user_id
),
shown AS MATERIALIZED (
  SELECT owner_user_id, rep_name, team_name
  FROM people
  ORDER BY lead_count DESC, rep_name, owner_user_id
  LIMIT :rows_shown
  OFFSET :rows_before
),
leads AS MATERIALIZED (
  SELECT owner_user_id, created_on, outcome, days_to_convert
  FROM (
-- include: now.sql
      AND :rows_before IS NULL
    UNION ALL
-- include: now.sql
      AND :rows_before IS NOT NULL
      AND owner_user_id = ANY (ARRAY(SELECT owner_user_id FROM shown))
  ) AS leads
),
groups AS (
  SELECT owner_user_id, age, outcome, count(*) AS lead_count
  FROM (
    SELECT
      owner_user_id,
-- include: age.sql
      outcome
    FROM leads
  ) AS aged
  GROUP BY owner_user_id, age, outcome
),
counts AS (
  SELECT
    owner_user_id,
-- include: ../shared/lead-counts.sql
  FROM groups
  GROUP BY owner_user_id
),
medians AS (
  SELECT owner_user_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_convert) AS median_days
  FROM leads
  WHERE days_to_convert IS NOT NULL
  GROUP BY owner_user_id
),
rated AS (
  SELECT
    *,
    old_30_count AS rated_30_count,
    old_60_count AS rated_60_count,
    old_90_count AS rated_90_count
  FROM shown
  JOIN counts USING (owner_user_id)
  LEFT JOIN medians USING (owner_user_id)
)
SELECT
  owner_user_id,
  rep_name,
  team_name,
-- include: rates.sql
FROM rated
