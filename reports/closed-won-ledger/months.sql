-- include: scope.sql
, months AS (
  SELECT date_trunc('month', close_on)::date AS month_on, amount, converted_amount, has_no_rate
  FROM deals
)
SELECT
  month_on,
  greatest(month_on, :period_from) || '..' || least((month_on + interval '1 month')::date - 1, :period_to) AS close_days,
  count(*) AS deal_count,
  sum(converted_amount) AS converted_amount,
  count(*) FILTER (WHERE amount IS NULL) AS missing_amount_count,
  count(*) FILTER (WHERE has_no_rate) AS missing_rate_count
FROM months
GROUP BY month_on
ORDER BY month_on
