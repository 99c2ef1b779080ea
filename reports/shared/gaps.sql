-- Deals of which nobody knows how they stood when the period began, or on days of it: their history begins after they do.
gaps AS (
  SELECT created_on, recorded_from_on
  FROM reporting.pipeline_history
  WHERE valid_from = recorded_from
    AND recorded_from_on > created_on
    AND recorded_from_on >= :period_from
    AND created_on <= :period_through
    AND currency = :currency
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
)
