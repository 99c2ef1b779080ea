-- Pushes in the period: the close date of an open deal moved to a later day. They count for whoever owned the deal then.
pushed AS (
  SELECT opportunity_id, opportunity_name, company_name, owner_user_id, valid_from, previous_close_on, amount
  FROM reporting.pipeline_history
  WHERE is_push
    AND valid_from_on BETWEEN :period_from AND :period_through
    AND currency = :currency
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
)
