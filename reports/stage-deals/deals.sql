-- include: scope.sql
SELECT
  opportunity_id,
  opportunity_name,
  company_name,
  industry,
  owner_user_id,
  owner_name,
  team_name,
  product_name,
  lead_source,
  stage,
  created_on,
  reached_on,
  CASE standing WHEN 'moved_on' THEN 'moved on' WHEN 'lost' THEN 'lost from here' WHEN 'here' THEN 'still there' ELSE 'went back' END AS standing,
  advanced_on,
  done_days,
  running_days,
  entry_count,
  status,
  currency
FROM scope
