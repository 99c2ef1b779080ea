-- The quotas of the period, for whoever the filters let through.
quota_spans (span, span_from, span_to, span_through) AS (VALUES ('now', :period_from, :period_to, :period_through)),
quota_sources AS (
  SELECT *
  FROM reporting.quotas
  WHERE fiscal_period_id = ANY (ARRAY(
      -- Known before the quotas are read, which an index then finds.
      SELECT fiscal_period_id FROM reporting.fiscal_periods WHERE starts_on <= :period_to AND ends_on >= :period_from
    ))
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
),
-- include: ../shared/quotas.sql
