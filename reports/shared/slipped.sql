-- Deals that were open when the period began and due in it, and whose close date lies after it by now. They count for whoever
-- owned them when it began. What moved out of the period since is little, and looked at deal by deal (OFFSET 0). Of a deal that went
-- to somebody whose rows one may not see, one cannot say.
moved_out AS (
  SELECT DISTINCT opportunity_id
  FROM reporting.pipeline_history
  WHERE previous_stage IS NOT NULL
    AND (close_on > previous_close_on OR previous_close_on IS NULL)
    AND valid_from_on >= :period_from
    AND close_on > :period_to
    AND (previous_close_on <= :period_to OR previous_close_on IS NULL)
    AND currency = :currency
    AND :elapsed_days > 0
),
slipped AS (
  SELECT
    began.opportunity_id,
    began.owner_user_id,
    began.amount,
    began.close_on AS was_due_on,
    present.opportunity_name,
    present.company_name,
    present.close_on AS due_on,
    present.stage,
    present.status,
    present.amount AS present_amount
  FROM moved_out
  CROSS JOIN LATERAL (
    SELECT *
    FROM reporting.pipeline_history AS states
    WHERE states.opportunity_id = moved_out.opportunity_id
      AND status = 'open'
      AND close_on BETWEEN :period_from AND :period_to
      AND valid_from_on < :period_from
      AND (valid_until_on >= :period_from OR valid_until_on IS NULL)
      AND (:team IS NULL OR team_name = ANY (:team))
      AND (:owner IS NULL OR owner_user_id = ANY (:owner))
      AND (:industry IS NULL OR industry = ANY (:industry))
      AND (:source IS NULL OR lead_source = ANY (:source))
      AND (:product IS NULL OR product_name = ANY (:product))
      AND (:cf IS NULL OR states.opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
    OFFSET 0
  ) AS began
  CROSS JOIN LATERAL (
    SELECT *
    FROM reporting.pipeline_history AS states
    WHERE states.opportunity_id = moved_out.opportunity_id AND valid_until IS NULL AND close_on > :period_to
    OFFSET 0
  ) AS present
)
