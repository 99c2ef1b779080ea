-- include: deals.sql
, months AS (
  SELECT date_trunc('month', close_on)::date AS month_on, stage, stage_position, amount, weighted_amount
  FROM deals
  WHERE part IN ('Commit', 'Best Case', 'Pipeline', 'Omitted', 'Misfiled')
)
SELECT
  month_on,
  greatest(month_on, :period_from) || '..' || least((month_on + interval '1 month')::date - 1, :period_to) AS close_days,
  stage,
  count(*) AS deal_count,
  sum(amount) AS amount,
  sum(weighted_amount) AS weighted_amount,
  count(*) - count(amount) AS missing_amount_count
FROM months
GROUP BY month_on, stage
ORDER BY min(stage_position), stage, month_on
