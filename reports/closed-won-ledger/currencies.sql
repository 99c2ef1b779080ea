-- include: scope.sql
, currencies AS (
  SELECT
    deal_currency,
    count(*) AS deal_count,
    sum(amount) AS amount,
    count(*) FILTER (WHERE amount IS NULL) AS missing_amount_count,
    count(*) FILTER (WHERE has_no_rate) AS missing_rate_count,
    min(rate) AS lowest_rate,
    max(rate) AS highest_rate,
    sum(converted_amount) AS converted_amount
  FROM deals
  GROUP BY deal_currency
),
totals AS (
  SELECT
    grouping(deal_currency) = 1 AS is_total,
    deal_currency,
    count(*) AS currency_count,
    sum(deal_count)::bigint AS deal_count,
    sum(amount) AS amount,
    sum(missing_amount_count)::bigint AS missing_amount_count,
    sum(missing_rate_count)::bigint AS missing_rate_count,
    max(lowest_rate) AS lowest_rate,
    max(highest_rate) AS highest_rate,
    sum(converted_amount) AS converted_amount
  FROM currencies
  GROUP BY GROUPING SETS ((deal_currency), ())
  HAVING count(*) > 0
)
SELECT
  is_total,
  CASE WHEN is_total THEN currency_count END AS row_count,
  CASE
    WHEN is_total THEN 'All ' || currency_count || CASE WHEN currency_count = 1 THEN ' currency' ELSE ' currencies' END
    ELSE deal_currency
  END AS deal_currency,
  deal_count,
  CASE WHEN NOT is_total THEN amount END AS amount,
  missing_amount_count,
  CASE WHEN NOT is_total THEN lowest_rate END AS lowest_rate,
  CASE WHEN NOT is_total THEN highest_rate END AS highest_rate,
  converted_amount,
  :currency AS currency,
  missing_rate_count
FROM totals
ORDER BY is_total DESC, totals.converted_amount DESC NULLS LAST, deal_currency
