-- include: scope.sql
-- Who sees all, and asks for nothing that the sums of days are not split by, learns from them in which days the page lies.
, days AS (
  SELECT close_on, sum(deal_count) AS deal_count
  FROM reporting.deal_days
  WHERE :sees_all
    AND :rows_before IS NOT NULL
    AND num_nonnulls(:team, :owner, :industry, :source, :product, :category, :at_least, :amount, :cf) = 0
    AND currency = :currency
    AND (:stage IS NULL OR stage = ANY (:stage))
-- include: chosen.sql
  GROUP BY close_on
),
counted AS (
  SELECT close_on, deal_count, sum(deal_count) OVER (ORDER BY close_on DESC NULLS LAST) AS counted
  FROM days
),
span AS (
  SELECT
    min(close_on) AS first_on,
    max(close_on) AS last_on,
    min(counted - deal_count)::bigint AS skipped,
    bool_or(close_on IS NULL) AS has_undated
  FROM counted
  WHERE counted > :rows_before AND counted - deal_count < :rows_before + :rows_shown
)
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
FROM (
  SELECT *
  FROM scope
  WHERE NOT :sees_all
    OR :rows_before IS NULL
    OR num_nonnulls(:team, :owner, :industry, :source, :product, :category, :at_least, :amount, :cf) > 0
    OR :deals IN ('created', 'forecast')
    OR close_on BETWEEN (SELECT first_on FROM span) AND (SELECT last_on FROM span)
    OR (close_on IS NULL AND (SELECT has_undated FROM span))
  ORDER BY close_on DESC NULLS LAST, opportunity_name, opportunity_id
  LIMIT :rows_shown
  OFFSET :rows_before - CASE
    WHEN :sees_all AND :deals NOT IN ('created', 'forecast')
      AND num_nonnulls(:team, :owner, :industry, :source, :product, :category, :at_least, :amount, :cf) = 0
    THEN (SELECT skipped FROM span)
    ELSE 0
  END
) AS shown
