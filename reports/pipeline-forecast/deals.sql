-- Deals that the filters let through, added up by the part that they play in the forecast: one at most. Who sees all, and
-- filters none, takes sums.
WITH quota_scope AS (
  SELECT :industry IS NULL AND :source IS NULL AND :product IS NULL AND :cf IS NULL AS is_whole
),
parts AS (
  SELECT
    CASE
      WHEN currency <> :currency THEN 'Other currency'
      WHEN status = 'won' AND close_on <= :period_through THEN 'Closed'
      WHEN status = 'won' THEN 'Ahead'
      WHEN close_on < :today THEN 'Overdue'
      WHEN close_on IS NULL AND :period_days IS NOT NULL THEN 'Undated'
      -- What somebody forecasts as closed is closed only once it is won.
      WHEN forecast_category = 'Closed' THEN 'Misfiled'
      ELSE forecast_category
    END AS part,
    stage,
    stage_position,
    close_on,
    deal_count,
    amount_count,
    amount_sum,
    weighted_sum
  FROM (
    SELECT
      close_on, status, stage, stage_position, forecast_category, currency, deal_count, amount_count, amount_sum, weighted_sum
    FROM reporting.forecast_days
    WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL
    UNION ALL
    SELECT
      close_on, status, stage, stage_position, forecast_category, currency,
      count(*), count(amount), coalesce(sum(amount), 0), coalesce(sum(weighted_amount), 0)
    FROM reporting.sales_dashboard
    WHERE NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL)
      AND (:team IS NULL OR team_name = ANY (:team))
      AND (:owner IS NULL OR owner_user_id = ANY (:owner))
      AND (:industry IS NULL OR industry = ANY (:industry))
      AND (:source IS NULL OR lead_source = ANY (:source))
      AND (:product IS NULL OR product_name = ANY (:product))
      AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
    GROUP BY close_on, status, stage, stage_position, forecast_category, currency
  ) AS sums
  WHERE (status = 'won' AND close_on BETWEEN :period_from AND :period_to)
    OR (status = 'open' AND close_on BETWEEN greatest(:period_from, :today) AND :period_to)
    OR (status = 'open' AND close_on < :today)
    OR (status = 'open' AND close_on IS NULL)
)
