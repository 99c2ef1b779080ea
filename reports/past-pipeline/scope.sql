-- Deals as they stood at the end of the day: open, and due between it and the end of the period.
WITH scope AS NOT MATERIALIZED (
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
    currency,
    amount,
    probability,
    weighted_amount,
    created_on,
    close_on,
    push_count
  FROM reporting.pipeline_history
  WHERE status = 'open'
    AND (close_on BETWEEN greatest(:period_from, coalesce(:on, :today)) AND :period_to OR (close_on IS NULL AND :period_days IS NULL))
    AND valid_from_on <= coalesce(:on, :today)
    AND (valid_until_on > coalesce(:on, :today) OR valid_until_on IS NULL)
    AND currency = :currency
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:stage IS NULL OR stage = ANY (:stage))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
)
