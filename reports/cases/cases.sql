-- include: scope.sql
-- The day since which there are as many cases as a page ends with: an index has the days, and the cases since then alone are looked up.
, first_day AS (
  SELECT opened_on
  FROM scope
  WHERE :rows_before IS NOT NULL
  ORDER BY opened_on DESC
  LIMIT 1
  OFFSET :rows_before + :rows_shown - 1
)
SELECT
  case_id,
  case_number,
  subject,
  company_name,
  industry,
  owner_user_id,
  owner_name,
  team_name,
  priority,
  status,
  opened_on,
  opened_at,
  CASE WHEN is_open THEN :today - opened_on END AS age_days,
  round(seconds_to_first_reply / 3600, 4) AS response_hours,
  round(seconds_to_first_resolution / 3600, 4) AS resolution_hours,
  round(seconds_to_last_resolution / 3600, 4) AS full_hours,
  reopen_count
FROM (
  SELECT *
  FROM scope
  WHERE opened_on >= coalesce((SELECT opened_on FROM first_day), '-infinity')
  ORDER BY opened_on DESC, case_number DESC
  LIMIT :rows_shown
  OFFSET :rows_before
) AS page
