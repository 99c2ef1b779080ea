-- An offer when a deal reaches its proposal, another when a discount was agreed or the deal came back; the lines of the
-- last one add up to the deal.
CREATE UNLOGGED TABLE demo.offers AS
WITH offered AS (
  SELECT
    states.n, at, amount, kind,
    row_number() OVER (PARTITION BY states.n ORDER BY at) AS k,
    lead(at) OVER (PARTITION BY states.n ORDER BY at) IS NULL AS is_last
  FROM demo.states
  WHERE (kind = 'advance' AND stage = 'Proposal/Price Quote') OR kind IN ('discount', 'reopen')
)
SELECT
  offered.n * 4 + k - 1 AS n, offered.n AS deal_n, offered.at, offered.amount, offered.is_last,
  demo.id('quote', offered.n * 4 + k - 1) AS id,
  now_stands.stage AS deal_stage,
  CASE offered.kind WHEN 'discount' THEN discount ELSE 0 END AS discount_rate
FROM offered
JOIN demo.lives USING (n)
JOIN demo.states AS now_stands ON now_stands.n = offered.n AND now_stands.is_last;
ANALYZE demo.offers;

INSERT INTO crm.quotes (id, opportunity_id, status, currency, valid_until, source, external_id, created_at)
SELECT
  offers.id, deals.id,
  CASE
    WHEN NOT is_last THEN 'Expired'
    WHEN deal_stage = 'Closed Won' THEN 'Accepted'
    WHEN deal_stage = 'Closed Lost' THEN demo.weighted('no thanks', offers.n, ARRAY['Declined', 'Expired'], ARRAY[0.7])
    WHEN offers.at > until_at - interval '2 days' THEN 'Draft'
    ELSE 'Sent'
  END::crm.quote_status,
  opportunities.currency, offers.at::date + 30, 'demo', 'quote-' || offers.n, offers.at
FROM demo.offers
JOIN demo.deals ON deals.n = deal_n
JOIN crm.opportunities ON opportunities.id = deals.id
CROSS JOIN demo.parameters
ORDER BY offers.n;

-- Seats of the deal's product for about six sevenths of the amount, and help with the start for the rest.
INSERT INTO crm.quote_line_items (id, quote_id, product_id, quantity, unit_price, discount_rate, source, external_id, created_at)
WITH seated AS MATERIALIZED (
  SELECT
    offers.*, product_n, product_id, unit_price,
    greatest(floor(0.86 * offers.amount / (unit_price * (1 - discount_rate))), 1) AS seats
  FROM demo.offers
  JOIN demo.deals ON deals.n = deal_n
), priced AS MATERIALIZED (
  SELECT seated.*, amount - round(seats * unit_price * (1 - discount_rate), 4) AS rest
  FROM seated
)
SELECT
  demo.id('quote line', n * 2 + k), id,
  CASE k WHEN 1 THEN product_id WHEN 2 THEN demo.id('product', CASE product_n WHEN 9 THEN 10 ELSE 9 END) END,
  CASE WHEN k = 1 AND rest >= 0 THEN seats ELSE 1 END,
  CASE WHEN rest < 0 THEN amount WHEN k = 1 THEN unit_price ELSE rest END,
  CASE WHEN k = 1 AND rest >= 0 THEN discount_rate ELSE 0 END,
  'demo', 'quote-line-' || n * 2 + k, at
FROM priced
CROSS JOIN generate_series(1, 2) AS k
WHERE k = 1 OR rest > 0
ORDER BY n, k;
