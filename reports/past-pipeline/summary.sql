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
    count(*) AS deal_count,
    sum(amount) AS amount,
    sum(weighted_amount) AS weighted_amount,
    count(*) - count(amount) AS missing_amount_count
  FROM scope
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
