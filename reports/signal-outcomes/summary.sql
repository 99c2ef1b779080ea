-- include: tested.sql
, totals AS (
  SELECT
    coalesce(sum(deal_count) FILTER (WHERE signal_name IS NULL), 0)::bigint AS closed_count,
    coalesce(sum(deal_count) FILTER (WHERE signal_name IS NULL AND status = 'won'), 0)::bigint AS won_count,
    coalesce(sum(deal_count) FILTER (WHERE signal_name IS NULL AND currency <> :currency), 0)::bigint AS other_currency_count,
    coalesce(sum(deal_count) FILTER (WHERE signal_name IS NOT NULL AND quartile IS NULL), 0)::bigint AS unplaced_count
  FROM parts
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
  unplaced_count,
  other_currency_count
FROM totals
