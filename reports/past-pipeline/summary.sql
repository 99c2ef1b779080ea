-- include: scope.sql
, unknown AS (
  SELECT count(*) AS unknown_count, max(recorded_from_on) AS known_from_on
  FROM reporting.pipeline_history
  WHERE valid_from = recorded_from
    AND recorded_from_on > created_on
    AND recorded_from_on > coalesce(:on, :today)
    AND created_on <= coalesce(:on, :today)
    AND currency = :currency
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
)
, figures AS (
  SELECT
    coalesce(sum(deal_count), 0)::bigint AS deal_count,
    CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS amount,
    CASE WHEN sum(amount_count) > 0 THEN sum(weighted_sum) END AS weighted_amount,
    coalesce(sum(deal_count) - sum(amount_count), 0)::bigint AS missing_amount_count
  FROM (
    -- Who sees all, and filters none, takes sums.
    SELECT deal_count, amount_count, amount_sum, weighted_sum
    FROM reporting.pipeline_steps
    WHERE :sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product, :stage) = 0 AND :cf IS NULL
      AND (close_on BETWEEN greatest(:period_from, coalesce(:on, :today)) AND :period_to OR (close_on IS NULL AND :period_days IS NULL))
      AND day_on <= coalesce(:on, :today)
      AND currency = :currency
    UNION ALL
    SELECT count(*), count(amount), sum(amount), sum(weighted_amount)
    FROM scope
    WHERE NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product, :stage) = 0 AND :cf IS NULL)
  ) AS sums
)
SELECT
  'All ' || deal_count || CASE deal_count WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  deal_count AS row_count,
  coalesce(:on, :today) AS day_on,
  :currency AS currency,
  deal_count,
  -- Deals without amounts were worth an unknown sum, not 0.
  CASE WHEN deal_count > 0 THEN amount ELSE 0 END AS amount,
  CASE WHEN deal_count > 0 THEN weighted_amount ELSE 0 END AS weighted_amount,
  missing_amount_count,
  unknown_count,
  known_from_on
FROM figures, unknown
