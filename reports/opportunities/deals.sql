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
  status,
  forecast_category,
  currency,
  amount,
  probability,
  weighted_amount,
  created_on,
  close_on,
  cycle_days
FROM scope
