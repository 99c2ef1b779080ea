-- The deals that the filters let through. Who sees all, and filters none, takes sums for what needs not each deal.
WITH scope AS NOT MATERIALIZED (
  -- Without names, which are looked up for those who are shown.
  SELECT owner_user_id, stage, stage_position, status, currency, amount, weighted_amount, cycle_days, close_on
  FROM reporting.sales_dashboard
  WHERE NOT (:sees_all AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0 AND :cf IS NULL)
    AND (:team IS NULL OR team_name = ANY (:team))
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR industry = ANY (:industry))
    AND (:source IS NULL OR lead_source = ANY (:source))
    AND (:product IS NULL OR product_name = ANY (:product))
    AND (:cf IS NULL OR opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
    -- What is closed at other times plays no part; an index finds the rest.
    AND (close_on BETWEEN :period_from AND :period_to OR close_on BETWEEN :compare_from AND :compare_to OR status = 'open')
),
-- Sums of them, in parts that are to be added up, each with the part it plays on the page.
parts AS (
  SELECT
    *,
    status = 'won' AND is_closed_now AS is_won_now,
    status = 'won' AND is_closed_then AS is_won_then
  FROM (
    SELECT
      close_on, status, stage, stage_position, currency, deal_count, amount_count, amount_sum, weighted_count, weighted_sum,
      cycle_count, cycle_days_sum, negative_cycle_count
    FROM reporting.deal_days
    WHERE :sees_all
      AND num_nonnulls(:team, :owner, :industry, :source, :product) = 0
      AND :cf IS NULL
      AND (close_on BETWEEN :period_from AND :period_to OR close_on BETWEEN :compare_from AND :compare_to OR status = 'open')
    UNION ALL
    SELECT
      close_on, status, stage, stage_position, currency, count(*), count(amount), sum(amount), count(weighted_amount),
      sum(weighted_amount), count(cycle_days), sum(cycle_days), count(*) FILTER (WHERE cycle_days < 0)
    FROM scope
    GROUP BY close_on, status, stage, stage_position, currency
  ) AS sums
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
  ) AS roles
),
quota_scope AS (
  SELECT :industry IS NULL AND :source IS NULL AND :product IS NULL AND :cf IS NULL AS is_whole
),
-- include: ../shared/period-quotas.sql
