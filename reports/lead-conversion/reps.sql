WITH groups AS (
  SELECT owner_user_id, age, outcome, count(*) AS lead_count
  FROM (
    -- What is as old for every rate is counted together.
    SELECT owner_user_id, least(greatest((:today - created_on - 1) / 30, 0), 3) * 30 + 1 AS age, outcome
    FROM (
-- include: now.sql
    ) AS leads
  ) AS aged
  GROUP BY owner_user_id, age, outcome
),
counts AS (
  SELECT
    grouping(owner_user_id) AS level,
    coalesce(owner_user_id::text, 'all') AS owner,
    owner_user_id,
-- include: ../shared/lead-counts.sql
  FROM groups
  GROUP BY GROUPING SETS ((owner_user_id), ())
  HAVING count(*) > 0
),
medians AS (
  SELECT
    coalesce(owner_user_id::text, 'all') AS owner,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY days_to_convert) AS median_days
  FROM (
-- include: now.sql
      AND is_converted
  ) AS leads
  GROUP BY GROUPING SETS ((owner_user_id), ())
  HAVING count(*) > 0
),
rated AS (
  SELECT
    counts.*,
    median_days,
    old_30_count AS rated_30_count,
    old_60_count AS rated_60_count,
    old_90_count AS rated_90_count
  FROM counts
  -- Every median has its count. Only a hash can do a full join: expecting few owners, the planner would compare each with each.
  FULL JOIN medians USING (owner)
),
rates AS (
  SELECT
    level = 1 AS is_total,
    count(*) OVER () - 1 AS row_count,
    owner_user_id,
-- include: rates.sql
  FROM rated
)
SELECT
  rates.*,
  CASE
    WHEN is_total THEN 'All ' || row_count || CASE row_count WHEN 1 THEN ' rep' ELSE ' reps' END
    ELSE coalesce(users.name, '(none)')
  END AS rep_name,
  CASE WHEN NOT is_total THEN coalesce(users.team_name, '(none)') END AS team_name
FROM rates
LEFT JOIN reporting.users ON users.user_id = rates.owner_user_id
ORDER BY is_total DESC, created_count DESC, rep_name, owner_user_id
