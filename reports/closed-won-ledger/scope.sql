-- The won deals that the filters let through, each with the rate that was in force on its close date. Without one there is no
-- converted amount.
WITH deals AS (
  SELECT
    won.opportunity_id,
    won.opportunity_name,
    won.company_name,
    won.owner_user_id,
    won.owner_name,
    won.team_name,
    won.product_name,
    won.close_on,
    won.currency AS deal_currency,
    won.amount,
    CASE WHEN won.currency = :currency THEN 1 ELSE rates.rate END AS rate,
    rates.valid_from_on AS rate_on,
    CASE WHEN won.currency = :currency THEN won.amount ELSE round(won.amount * rates.rate, 4) END AS converted_amount,
    won.currency <> :currency AND rates.rate IS NULL AS has_no_rate,
    won.line_count,
    won.lines_amount,
    won.is_closing_recorded
  FROM reporting.won_deals AS won
  LEFT JOIN reporting.exchange_rates AS rates
    ON rates.from_currency = won.currency
    AND rates.to_currency = :currency
    AND won.close_on >= rates.valid_from_on
    AND (won.close_on < rates.valid_until_on OR rates.valid_until_on IS NULL)
  WHERE won.close_on BETWEEN :period_from AND :period_through
    AND (:team IS NULL OR won.team_name = ANY (:team))
    AND (:owner IS NULL OR won.owner_user_id = ANY (:owner))
    AND (:industry IS NULL OR won.industry = ANY (:industry))
    AND (:source IS NULL OR won.lead_source = ANY (:source))
    AND (:product IS NULL OR won.product_name = ANY (:product))
    AND (:cf IS NULL OR won.opportunity_id IN (SELECT reporting.opportunities_with(:cf)))
    AND (:deal_currency IS NULL OR won.currency = :deal_currency)
    AND (:conversion IS NULL OR (won.currency = :currency) = (:conversion = 'none'))
    AND (:credit IS NULL OR (won.present_owner_user_id <> won.owner_user_id) = (:credit = 'moved'))
    AND (:amount IS NULL OR (won.amount IS NULL) = (:amount = 'missing'))
    AND (:rate IS NULL OR (won.currency <> :currency AND rates.rate IS NULL) = (:rate = 'missing'))
    AND (:closing IS NULL OR won.is_closing_recorded = (:closing = 'recorded'))
    AND CASE :lines
      WHEN 'none' THEN won.line_count = 0
      WHEN 'match' THEN won.lines_amount = won.amount
      WHEN 'differ' THEN won.line_count > 0 AND won.lines_amount IS DISTINCT FROM won.amount
      ELSE true
    END
)
