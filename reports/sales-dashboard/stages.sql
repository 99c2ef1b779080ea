-- include: deals.sql
SELECT
  stage,
  count(*) AS open_count,
  sum(amount) AS open_amount,
  sum(weighted_amount) AS weighted_amount,
  sum(amount) - sum(weighted_amount) AS remainder_amount,
  count(*) FILTER (WHERE amount IS NULL) AS missing_amount_count
FROM deals
WHERE is_open_now
GROUP BY stage
ORDER BY min(stage_position), stage
