-- include: deals.sql
, figures AS (
  SELECT
    stage,
    min(stage_position) AS stage_position,
    sum(deal_count)::bigint AS open_count,
    CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS open_amount,
    CASE WHEN sum(weighted_count) > 0 THEN sum(weighted_sum) END AS weighted_amount,
    (sum(deal_count) - sum(amount_count))::bigint AS missing_amount_count
  FROM parts
  WHERE is_open_now
  GROUP BY stage
  HAVING sum(deal_count) > 0
)
SELECT stage, open_count, open_amount, weighted_amount, open_amount - weighted_amount AS remainder_amount, missing_amount_count
FROM figures
ORDER BY stage_position, stage
