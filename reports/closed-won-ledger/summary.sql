-- include: scope.sql
, figures AS (
  SELECT
    count(*) AS deal_count,
    coalesce(sum(greatest(line_count, 1)), 0)::bigint AS row_count,
    count(DISTINCT deal_currency) AS currency_count,
    min(deal_currency) AS deal_currency,
    sum(amount) AS amount,
    sum(converted_amount) AS converted_amount,
    count(*) FILTER (WHERE amount IS NULL) AS missing_amount_count,
    count(*) FILTER (WHERE has_no_rate) AS missing_rate_count,
    count(*) FILTER (WHERE line_count = 0) AS without_lines_count,
    count(*) FILTER (WHERE line_count > 0 AND lines_amount IS DISTINCT FROM amount) AS differing_count,
    count(*) FILTER (WHERE NOT is_closing_recorded) AS unrecorded_count
  FROM deals
)
SELECT
  'All ' || deal_count || CASE deal_count WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  row_count,
  :currency AS currency,
  deal_count,
  -- What cannot be converted, or is not known, is worth an unknown sum, not 0.
  CASE WHEN deal_count = 0 THEN 0 ELSE converted_amount END AS converted_amount,
  currency_count,
  -- Amounts in several currencies have no sum.
  CASE WHEN currency_count = 1 THEN deal_currency END AS deal_currency,
  CASE WHEN deal_count = 0 THEN 0 WHEN currency_count = 1 THEN amount END AS amount,
  missing_amount_count,
  missing_rate_count,
  without_lines_count,
  differing_count,
  unrecorded_count
FROM figures
