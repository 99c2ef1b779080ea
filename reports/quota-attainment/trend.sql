WITH
-- include: ../shared/attainment.sql
, won AS (
  SELECT close_on, sum(amount) AS amount
  FROM reporting.won_deals
  WHERE currency = :currency
    AND (close_on BETWEEN :period_from AND :period_through OR close_on BETWEEN :compare_from AND :compare_to)
-- include: asked.sql
  GROUP BY close_on
),
-- include: ../shared/cumulative.sql
