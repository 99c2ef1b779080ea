-- Deals go in as they stand now, with their history beside them instead of one update per step. The trigger that
-- records new deals would write their last state as their first, so it rests for this one statement.
ALTER TABLE crm.opportunities DISABLE TRIGGER record_new_opportunities;

INSERT INTO crm.opportunities (
  id, name, company_id, owner_user_id, primary_product_id, amount, currency, stage, stage_changed_at, probability,
  forecast_category, close_date, lead_source, description, converted_from_lead_id, custom_fields, source, external_id,
  created_at, updated_at
)
WITH spans AS (
  SELECT
    n, min(at) AS created_at, max(at) AS updated_at,
    max(at) FILTER (WHERE kind IN ('create', 'advance', 'close', 'reopen')) AS stage_changed_at
  FROM demo.states
  GROUP BY n
)
SELECT
  deals.id,
  company_name || ': '
    || CASE WHEN lead_source = 'Existing customer' THEN 'more ' ELSE '' END || product_name,
  company_id, owner_id, product_id, states.amount,
  -- A hundredth in other currencies, which no report may add up with the rest.
  CASE
    WHEN demo.uniform('currency', n) < 0.012 AND deals.zone = 'Europe/Berlin' THEN 'EUR'
    WHEN demo.uniform('currency', n) < 0.04 AND deals.zone = 'Europe/London' THEN 'GBP'
    ELSE currency
  END,
  states.stage, spans.stage_changed_at, probability,
  CASE
    WHEN stages.outcome = 'open' AND states.stage >= 'Value Proposition' AND demo.uniform('forecast', n) < 0.2
      THEN demo.pick('forecast category', n, ARRAY['Pipeline', 'Best Case', 'Commit', 'Omitted'])::crm.forecast_category
    ELSE default_forecast_category
  END,
  close_on, lead_source,
  demo.pick('description', n, ARRAY[
    'They compare us with one other vendor.', 'A pilot in one department comes first.', 'Finance wants a single source of figures.',
    'The old system ends this year.', 'Came back after a break of a year.', NULL]),
  conversions.lead_id,
  CASE WHEN demo.uniform('competitor known', n) < 0.3
    THEN jsonb_build_object('competitor', demo.weighted('competitor', n, ARRAY['Nimbus', 'Orchard', 'Spreadsheets', 'None'], ARRAY[0.3, 0.5, 0.8]))
    ELSE '{}' END,
  'demo', 'opportunity-' || n, spans.created_at, updated_at
FROM demo.states
JOIN spans USING (n)
JOIN demo.deals USING (n)
JOIN crm.opportunity_stages AS stages ON stages.stage = states.stage
LEFT JOIN demo.conversions USING (n)
CROSS JOIN demo.parameters
WHERE is_last
ORDER BY n;

ALTER TABLE crm.opportunities ENABLE TRIGGER record_new_opportunities;
