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
SELECT
  coalesce(:on, :today) AS day_on,
  :currency AS currency,
  count(opportunity_id) AS deal_count,
  -- Deals without amounts were worth an unknown sum, not 0.
  CASE WHEN count(opportunity_id) > 0 THEN sum(amount) ELSE 0 END AS amount,
  CASE WHEN count(opportunity_id) > 0 THEN sum(weighted_amount) ELSE 0 END AS weighted_amount,
  count(opportunity_id) FILTER (WHERE amount IS NULL) AS missing_amount_count,
  max(unknown_count) AS unknown_count,
  max(known_from_on) AS known_from_on
FROM unknown
LEFT JOIN scope ON true
