-- include: scope.sql
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
FROM scope
