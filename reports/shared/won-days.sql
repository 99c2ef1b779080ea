-- What was won on which day, of the period and of the one compared with, in parts that are to be added up. Who sees all, and filters
-- none, takes sums.
won_days AS (
  SELECT close_on, currency, deal_count, amount_count, amount_sum
  FROM reporting.won_days
  WHERE :sees_all
    AND num_nonnulls(:team, :owner) = 0
    AND (close_on BETWEEN :period_from AND :period_through OR close_on BETWEEN :compare_from AND :compare_to)
  UNION ALL
  SELECT close_on, currency, count(*), count(amount), coalesce(sum(amount), 0)
  FROM reporting.won_deals
  WHERE NOT (:sees_all AND num_nonnulls(:team, :owner) = 0)
    AND (close_on BETWEEN :period_from AND :period_through OR close_on BETWEEN :compare_from AND :compare_to)
-- include: asked.sql
  GROUP BY close_on, currency
)
