-- include: scope.sql
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
FROM scope
