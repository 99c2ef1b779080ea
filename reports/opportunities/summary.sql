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
    -- Half the sum of the middle two from either side: an exact median of money.
    (percentile_disc(0.5) WITHIN GROUP (ORDER BY amount) + percentile_disc(0.5) WITHIN GROUP (ORDER BY amount DESC)) / 2
      AS median_amount,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_days) AS median_cycle_days
  FROM scope
)
SELECT
  :currency AS currency,
  deal_count,
  CASE WHEN deal_count = missing_amount_count AND deal_count > 0 THEN NULL ELSE coalesce(amount, 0) END AS amount,
  CASE WHEN deal_count = missing_amount_count AND deal_count > 0 THEN NULL ELSE coalesce(weighted_amount, 0) END AS weighted_amount,
  missing_amount_count,
  round(median_amount, 4) AS median_amount,
  round(mean_amount, 4) AS mean_amount,
  won_count,
  closed_count,
  round(won_count / nullif(closed_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, closed_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, closed_count)::numeric, 6) AS win_rate_high,
  median_cycle_days
FROM figures
