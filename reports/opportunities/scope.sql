-- The deals that the filters let through.
WITH scope AS (
  SELECT *
  FROM reporting.sales_dashboard
  WHERE currency = :currency
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:stage IS NULL OR stage = ANY (:stage))
    AND (:category IS NULL OR forecast_category = ANY (:category))
    -- As sure as that, or surer.
    AND (:at_least IS NULL
      OR array_position(ARRAY['Pipeline', 'Best Case', 'Commit', 'Closed'], forecast_category)
        >= array_position(ARRAY['Pipeline', 'Best Case', 'Commit', 'Closed'], :at_least))
    AND (:deal IS NULL OR opportunity_id = :deal::uuid)
    AND (:amount IS NULL OR (amount IS NULL) = (:amount = 'missing'))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
-- include: chosen.sql
    AND CASE :deals
      WHEN 'created' THEN created_on BETWEEN :period_from AND :period_through
      WHEN 'forecast' THEN
        (status = 'won' AND close_on BETWEEN :period_from AND :period_through)
        OR (status = 'open' AND forecast_category IN ('Pipeline', 'Best Case', 'Commit')
          AND (close_on BETWEEN greatest(:period_from, :today) AND :period_to
            OR (close_on IS NULL AND :period_days IS NULL)))
      ELSE true
    END
)
