WITH
-- include: ../shared/attainment.sql
,
-- include: ../shared/won-days.sql
, won AS (
  SELECT close_on, CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS amount
  FROM won_days
  WHERE currency = :currency
  GROUP BY close_on
  HAVING sum(deal_count) > 0
),
-- include: ../shared/cumulative.sql
