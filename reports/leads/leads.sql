-- include: days.sql
-- The days that the rows of the page lie in: the newest come first.
, counted AS (
  SELECT created_on, lead_count, sum(lead_count) OVER (ORDER BY created_on DESC) AS counted
  FROM (SELECT created_on, sum(lead_count) AS lead_count FROM days GROUP BY created_on) AS sums
),
span AS (
  SELECT min(created_on) AS first_on, max(created_on) AS last_on, min(counted - lead_count) AS skipped
  FROM counted
  WHERE counted > :rows_before AND counted - lead_count < :rows_before + :rows_shown
)
SELECT
  lead_id,
  lead_name,
  company_name,
  industry,
  owner_user_id,
  owner_name,
  team_name,
  lead_source,
  status,
  created_on,
  :today - created_on AS age_days,
  converted_on,
  days_to_convert
FROM (
  SELECT *
  FROM scope
  WHERE :rows_before IS NULL OR created_on BETWEEN (SELECT first_on FROM span) AND (SELECT last_on FROM span)
  ORDER BY created_on DESC, lead_name, lead_id
  LIMIT :rows_shown
  OFFSET :rows_before - (SELECT skipped FROM span)
) AS shown
