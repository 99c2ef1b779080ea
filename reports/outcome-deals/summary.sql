-- include: scope.sql
-- Who sees all, and filters by nothing else, takes sums.
, parts AS (
  SELECT quartile, status, currency, deal_count, amount_count, amount_sum
  FROM reporting.signal_outcome_days
  WHERE
-- include: sums.sql
-- include: chosen.sql
  UNION ALL
  SELECT quartile, status, currency, count(*), count(amount), sum(amount)
  FROM scope
  WHERE NOT (
-- include: sums.sql
  )
  GROUP BY quartile, status, currency
),
figures AS (
  SELECT
    coalesce(sum(deal_count), 0)::bigint AS deal_count,
    coalesce(sum(deal_count) FILTER (WHERE status = 'won'), 0)::bigint AS won_count,
    coalesce(sum(deal_count) FILTER (WHERE quartile IS NULL), 0)::bigint AS unplaced_count,
    coalesce(sum(deal_count) FILTER (WHERE currency <> :currency), 0)::bigint AS other_currency_count,
    CASE
      WHEN sum(amount_count) FILTER (WHERE status = 'won' AND currency = :currency) > 0
      THEN sum(amount_sum) FILTER (WHERE status = 'won' AND currency = :currency)
    END AS won_amount
  FROM parts
)
SELECT
  -- Whoever has no such deals hears of no signal.
  CASE WHEN deal_count > 0 THEN (SELECT signal_name FROM shown) END AS signal_name,
  deal_count,
  won_count,
  round(won_count / nullif(deal_count, 0)::numeric, 6) AS win_rate,
  round(stats.wilson_low(won_count, deal_count)::numeric, 6) AS win_rate_low,
  round(stats.wilson_high(won_count, deal_count)::numeric, 6) AS win_rate_high,
  :currency AS currency,
  won_amount,
  unplaced_count,
  other_currency_count,
  -- The list says it as its total.
  'All ' || deal_count || CASE deal_count WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  deal_count AS row_count
FROM figures
