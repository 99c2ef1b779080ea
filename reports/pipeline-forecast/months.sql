-- include: deals.sql
, months AS (
  SELECT
    date_trunc('month', close_on)::date AS month_on, stage, stage_position, deal_count, amount_count, amount_sum, weighted_sum
  FROM parts
  WHERE part IN ('Commit', 'Best Case', 'Pipeline', 'Omitted', 'Misfiled')
)
SELECT
  month_on,
  greatest(month_on, :period_from) || '..' || least((month_on + interval '1 month')::date - 1, :period_to) AS close_days,
  stage,
  sum(deal_count)::bigint AS deal_count,
  CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS amount,
  CASE WHEN sum(amount_count) > 0 THEN sum(weighted_sum) END AS weighted_amount,
  (sum(deal_count) - sum(amount_count))::bigint AS missing_amount_count
FROM months
GROUP BY month_on, stage, stage_position
HAVING sum(deal_count) > 0
ORDER BY stage_position, stage, month_on
