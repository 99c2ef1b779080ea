-- The deals that the filters let through, each with the part it plays on the page.
WITH scope AS (
  SELECT *
  FROM reporting.sales_dashboard
  WHERE (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
    -- What is closed at other times plays no part; an index finds the rest.
    AND (close_on BETWEEN :period_from AND :period_to OR close_on BETWEEN :compare_from AND :compare_to OR status = 'open')
),
deals AS (
  SELECT
    *,
    status = 'won' AND is_closed_now AS is_won_now,
    status = 'won' AND is_closed_then AS is_won_then
  FROM scope
  CROSS JOIN LATERAL (
    SELECT
      currency = :currency
        AND status <> 'open' AND close_on BETWEEN :period_from AND :period_through AS is_closed_now,
      currency = :currency
        AND status <> 'open' AND close_on BETWEEN :compare_from AND :compare_through AS is_closed_then,
      currency = :currency
        AND status = 'open'
        AND (close_on BETWEEN greatest(:period_from, :today) AND :period_to
          OR (close_on IS NULL AND :period_days IS NULL)) AS is_open_now
  ) AS parts
),
quota_scope AS (
  SELECT :industry IS NULL AND :source IS NULL AND :product IS NULL AND :cf IS NULL AS is_whole
),
-- include: ../shared/quotas.sql
