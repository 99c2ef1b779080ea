-- Each deal that was won in the period, or is open and due in what is left of it, with its owner. Of each range of close dates,
-- an index has what is asked for.
WITH quota_scope AS (
  SELECT :industry IS NULL AND :source IS NULL AND :product IS NULL AND :cf IS NULL AS is_whole
),
due AS (
  SELECT
    owner_user_id, team_name, industry, lead_source, product_name, opportunity_id, amount, weighted_amount, currency,
    'Closed' AS part
  FROM reporting.sales_dashboard
  WHERE status = 'won' AND close_on BETWEEN :period_from AND :period_through
  UNION ALL
  SELECT
    owner_user_id, team_name, industry, lead_source, product_name, opportunity_id, amount, weighted_amount, currency,
    CASE WHEN forecast_category = 'Closed' THEN 'Misfiled' ELSE forecast_category END
  FROM reporting.sales_dashboard
  WHERE status = 'open' AND close_on BETWEEN greatest(:period_from, :today) AND :period_to
  UNION ALL
  SELECT
    owner_user_id, team_name, industry, lead_source, product_name, opportunity_id, amount, weighted_amount, currency,
    CASE WHEN forecast_category = 'Closed' THEN 'Misfiled' ELSE forecast_category END
  FROM reporting.sales_dashboard
  WHERE status = 'open' AND close_on IS NULL AND :period_days IS NULL
),
deals AS (
  SELECT owner_user_id, part, amount, weighted_amount
  FROM due
  WHERE currency = :currency
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
)
