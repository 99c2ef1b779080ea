-- Deals that the filters let through, each with the part that it plays in the forecast: one at most.
WITH quota_scope AS (
  SELECT :industry IS NULL AND :source IS NULL AND :product IS NULL AND :cf IS NULL AS is_whole
),
deals AS (
  SELECT
    owner_user_id,
    stage,
    stage_position,
    amount,
    weighted_amount,
    close_on,
    CASE
      WHEN currency <> :currency THEN 'Other currency'
      WHEN status = 'won' AND close_on <= :period_through THEN 'Closed'
      WHEN status = 'won' THEN 'Ahead'
      WHEN close_on < :today THEN 'Overdue'
      WHEN close_on IS NULL AND :period_days IS NOT NULL THEN 'Undated'
      -- What somebody forecasts as closed is closed only once it is won.
      WHEN forecast_category = 'Closed' THEN 'Misfiled'
      ELSE forecast_category
    END AS part
  FROM reporting.sales_dashboard
  WHERE (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
    AND (
      (status = 'won' AND close_on BETWEEN :period_from AND :period_to)
      OR (status = 'open' AND close_on BETWEEN greatest(:period_from, :today) AND :period_to)
      OR (status = 'open' AND close_on < :today)
      OR (status = 'open' AND close_on IS NULL)
    )
)
