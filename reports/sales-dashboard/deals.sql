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
-- Quotas count where whole fiscal periods make up the period, and no filter splits deals in a way that quotas are not.
quota_periods AS (
  SELECT period_kind, sum(ends_on - starts_on + 1) AS days
  FROM (SELECT DISTINCT period_kind, starts_on, ends_on FROM reporting.quotas) AS periods
  WHERE starts_on >= :period_from AND ends_on <= :period_to
  GROUP BY period_kind
),
quota_kind AS (
  SELECT period_kind
  FROM quota_periods
  WHERE days = :period_days
    AND :industry IS NULL AND :source IS NULL AND :product IS NULL AND :cf IS NULL
  ORDER BY array_position(ARRAY['year', 'quarter', 'month'], period_kind)
  LIMIT 1
),
quotas AS (
  SELECT owner_user_id, max(owner_name) AS owner_name, max(team_name) AS team_name, sum(amount) AS quota_amount
  FROM reporting.quotas
  JOIN quota_kind USING (period_kind)
  WHERE starts_on >= :period_from
    AND ends_on <= :period_to
    AND currency = :currency
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
  GROUP BY owner_user_id
)
