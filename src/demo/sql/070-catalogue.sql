CREATE UNLOGGED TABLE demo.products AS
SELECT
  n, demo.id('product', n) AS id, name, family, unit_price,
  -- How far a deal about it lies from the usual size of its segment.
  factor, share_until
FROM (VALUES
  (1, 'Atlas Core', 'Platform', 49, 0.9, 0.24),
  (2, 'Atlas Plus', 'Platform', 89, 1.3, 0.40),
  (3, 'Atlas Enterprise', 'Platform', 145, 2.0, 0.48),
  (4, 'Beacon Reports', 'Analytics', 35, 0.7, 0.62),
  (5, 'Beacon Forecast', 'Analytics', 60, 1.0, 0.72),
  (6, 'Beacon Streams', 'Analytics', 110, 1.5, 0.78),
  (7, 'Courier Connect', 'Integrations', 25, 0.5, 0.87),
  (8, 'Courier Hub', 'Integrations', 75, 1.1, 0.92),
  (9, 'Launch Package', 'Services', 180, 0.6, 0.97),
  (10, 'Care Premium', 'Support', 20, 0.4, 1.0)
) AS product (n, name, family, unit_price, factor, share_until);

INSERT INTO crm.products (id, name, family, description, unit_price, currency, source, external_id, created_at)
SELECT
  products.id, name, family,
  CASE WHEN family = 'Services' THEN 'Priced by the hour.' ELSE 'Priced by the seat and year.' END,
  unit_price, currency, 'demo', 'product-' || n, (starts_on - 1000)::timestamp AT TIME ZONE zone
FROM demo.products, demo.parameters;

INSERT INTO crm.custom_field_definitions (entity, key, label, data_type, allowed_values, description, created_at)
SELECT field.*, (starts_on - 1000)::timestamp AT TIME ZONE zone
FROM demo.parameters, (VALUES
  ('companies', 'tier', 'Account tier', 'choice'::crm.custom_field_type, ARRAY['A', 'B', 'C'], 'How much attention the account gets.'),
  ('companies', 'region', 'Region', 'choice', ARRAY['Americas', 'EMEA', 'Asia Pacific'], 'Sales region.'),
  ('companies', 'renewal_month', 'Renewal month', 'number', NULL, 'Month of the yearly renewal, 1 to 12.'),
  ('contacts', 'newsletter', 'Newsletter', 'boolean', NULL, 'Wants the newsletter.'),
  ('opportunities', 'competitor', 'Main competitor', 'choice', ARRAY['Nimbus', 'Orchard', 'Spreadsheets', 'None'], NULL),
  ('opportunities', 'go_live_on', 'Wished go-live', 'date', NULL, 'Day on which the customer wants to start.'),
  ('cases', 'channel', 'Channel', 'choice', ARRAY['Email', 'Phone', 'Web'], 'How the customer reached us.')
) AS field;

-- Rates move a little from month to month. A currency of which nothing is known here gets none, rather than wrong ones.
INSERT INTO crm.exchange_rates (from_currency, to_currency, valid_from_on, rate, created_at)
SELECT
  pair.code, currency, month::date,
  round((pair.dollars / base.dollars
    * (1 + 0.02 * sin(extract(epoch FROM month) / 2.0e7) + 0.006 * demo.normal('rate ' || pair.code, extract(epoch FROM month)::bigint)))::numeric, 6),
  month AT TIME ZONE zone
FROM demo.parameters
JOIN (VALUES ('USD', 1.0), ('EUR', 1.09), ('GBP', 1.27), ('CHF', 1.13)) AS base (code, dollars)
  ON base.code = currency
JOIN (VALUES ('USD', 1.0), ('EUR', 1.09), ('GBP', 1.27)) AS pair (code, dollars) ON pair.code <> currency
CROSS JOIN generate_series(date_trunc('month', starts_on::timestamp), today::timestamp, interval '1 month') AS month
ON CONFLICT DO NOTHING;

SELECT crm.generate_fiscal_periods(
  (SELECT value::integer FROM ops.settings WHERE key = 'fiscal_year_start'),
  extract(year FROM starts_on)::integer,
  extract(year FROM today)::integer + 2)
FROM demo.parameters;
