-- include: deals.sql
, won AS (
  SELECT close_on, CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS amount
  FROM parts
  WHERE is_won_now
    OR (status = 'won' AND currency = :currency AND close_on BETWEEN :compare_from AND :compare_to)
  GROUP BY close_on
  HAVING sum(deal_count) > 0
),
-- include: ../shared/cumulative.sql
