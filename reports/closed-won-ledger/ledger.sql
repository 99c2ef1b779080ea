-- include: scope.sql
, counted AS (
  SELECT *, sum(row_count) OVER (ORDER BY close_on DESC, opportunity_name, opportunity_id) AS counted
  FROM deals
  CROSS JOIN LATERAL (SELECT greatest(line_count, 1) AS row_count) AS rows
)
SELECT
  deals.close_on,
  deals.opportunity_id,
  deals.opportunity_name,
  deals.company_name,
  deals.owner_user_id,
  deals.owner_name,
  deals.team_name,
  deals.is_closing_recorded,
  coalesce(lines.line_no, 1) AS line_no,
  deals.line_count,
  -- What is the deal's stands on its first line only, so that the column may be added up.
  CASE WHEN first.is_first THEN deals.amount END AS amount,
  deals.deal_currency,
  deals.rate,
  deals.rate_on,
  CASE WHEN first.is_first THEN deals.converted_amount END AS converted_amount,
  :currency AS currency,
  CASE WHEN deals.has_no_rate THEN 'no rate from ' || deals.deal_currency || ' to ' || :currency || ' on ' || deals.close_on END AS problem,
  coalesce(lines.product_name, deals.product_name) AS product_name,
  lines.quantity,
  lines.unit_price,
  lines.discount_rate,
  lines.line_amount,
  lines.currency AS line_currency
FROM counted AS deals
LEFT JOIN LATERAL (
  SELECT line_no, product_name, quantity, unit_price, discount_rate, line_amount, currency
  FROM reporting.won_deal_lines AS won_lines
  WHERE won_lines.opportunity_id = deals.opportunity_id AND deals.line_count > 0
  OFFSET 0
) AS lines ON true
CROSS JOIN LATERAL (SELECT coalesce(lines.line_no, 1) = 1 AS is_first) AS first
-- Lines are looked up for the deals of the page alone.
WHERE :rows_before IS NULL
  OR (
    deals.counted > :rows_before
    AND deals.counted - deals.row_count < :rows_before + :rows_shown
    AND deals.counted - deals.row_count + coalesce(lines.line_no, 1) BETWEEN :rows_before + 1 AND :rows_before + :rows_shown
  )
