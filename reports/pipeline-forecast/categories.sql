-- include: deals.sql
, figures AS (
  SELECT
    part AS category,
    sum(deal_count)::bigint AS deal_count,
    -- Deals without amounts are worth an unknown sum, not 0.
    CASE WHEN sum(amount_count) > 0 THEN sum(amount_sum) END AS amount,
    CASE WHEN sum(amount_count) > 0 THEN sum(weighted_sum) END AS weighted_amount,
    (sum(deal_count) - sum(amount_count))::bigint AS missing_amount_count
  FROM parts
  GROUP BY part
  HAVING sum(deal_count) > 0
)
SELECT
  category,
  coalesce(deal_count, 0) AS deal_count,
  CASE WHEN deal_count > 0 THEN amount ELSE 0 END AS amount,
  CASE WHEN deal_count > 0 THEN weighted_amount ELSE 0 END AS weighted_amount,
  coalesce(missing_amount_count, 0) AS missing_amount_count,
  coalesce(sum(amount) OVER (ORDER BY category_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS surer_amount,
  coalesce(sum(amount) OVER (ORDER BY category_no), 0) AS cumulative_amount
FROM unnest(ARRAY['Closed', 'Commit', 'Best Case', 'Pipeline']) WITH ORDINALITY AS names (category, category_no)
LEFT JOIN figures USING (category)
ORDER BY category_no
