-- include: scope.sql
, figures AS (
  SELECT
    count(*) AS deal_count,
    sum(amount) AS amount,
    sum(weighted_amount) AS weighted_amount,
    count(*) FILTER (WHERE amount IS NULL) AS missing_amount_count,
    count(*) FILTER (WHERE status = 'won') AS won_count,
    count(*) FILTER (WHERE status <> 'open') AS closed_count,
    avg(amount) AS mean_amount,
    -- The amounts in order, of which the middle ones are looked up: an exact median of money.
    array_agg(amount ORDER BY amount) FILTER (WHERE amount IS NOT NULL) AS amounts,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) AS median_cycle_days
  FROM scope
)
SELECT
  'All ' || deal_count || CASE deal_count WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  deal_count AS row_count,
  :currency AS currency,
  deal_count,
  CASE WHEN deal_count = missing_amount_count AND deal_count > 0 THEN NULL ELSE coalesce(amount, 0) END AS amount,
  CASE WHEN deal_count = missing_amount_count AND deal_count > 0 THEN NULL ELSE coalesce(weighted_amount, 0) END AS weighted_amount,
  missing_amount_count,
  round((amounts[(cardinality(amounts) + 1) / 2] + amounts[cardinality(amounts) / 2 + 1]) / 2, 4) AS median_amount,
  round(mean_amount, 4) AS mean_amount,
  won_count,
  closed_count,
  round(won_count / nullif(closed_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, closed_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, closed_count)::numeric, 6) AS win_rate_high,
  median_cycle_days
FROM figures
