-- include: tested.sql
, deals AS (
  SELECT DISTINCT opportunity_id, status
  FROM outcomes
),
totals AS (
  SELECT count(*) AS closed_count, count(*) FILTER (WHERE status = 'won') AS won_count
  FROM deals
)
SELECT
  closed_count,
  won_count,
  round(won_count / nullif(closed_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, closed_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, closed_count)::numeric, 6) AS win_rate_high,
  (SELECT count(*) FROM tested) AS signal_count,
  (SELECT count(*) FROM tested WHERE is_sufficient AND trend_p_adjusted < 0.05) AS trend_count,
  (SELECT count(*) FROM tested WHERE is_sufficient AND trend_p_adjusted >= 0.05 AND chi_p_adjusted < 0.05) AS shape_count,
  (SELECT count(*) FROM tested WHERE is_sufficient AND trend_p_adjusted >= 0.05 AND chi_p_adjusted >= 0.05) AS nothing_count,
  (SELECT count(*) FROM tested WHERE NOT is_sufficient) AS insufficient_count,
  (SELECT count(*) FROM outcomes WHERE quartile IS NULL) AS unplaced_count,
  (SELECT count(DISTINCT opportunity_id) FROM outcomes WHERE currency <> :currency) AS other_currency_count
FROM totals
