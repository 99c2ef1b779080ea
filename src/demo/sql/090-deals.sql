-- Who could take a deal in which month: reps who had started and not left, the new ones at half weight.
CREATE UNLOGGED TABLE demo.rosters AS
WITH months AS (
  SELECT DISTINCT date_trunc('month', day::timestamp)::date AS month FROM demo.days
)
SELECT month, row_number() OVER (PARTITION BY month ORDER BY reps.n, share) AS slot, reps.n AS rep_n
FROM months
JOIN demo.reps ON reps.starts_on <= month AND (ends_on IS NULL OR ends_on >= month + 31)
CROSS JOIN generate_series(1, 2) AS share
WHERE share = 1 OR reps.starts_on <= month - 150;

CREATE UNLOGGED TABLE demo.deals AS
WITH begun AS MATERIALIZED (
  SELECT
    n,
    demo.workday((SELECT min(day) FROM demo.days)
      + demo.day_at((n - demo.uniform('begin', n)) / deals, (SELECT array_agg(share_until ORDER BY day) FROM demo.days))) AS begins_on
  FROM demo.parameters, generate_series(1, deals) AS n
), owned AS (
  SELECT begun.*, rep_n
  FROM begun
  JOIN (SELECT month, max(slot) AS slots FROM demo.rosters GROUP BY month) AS sizes
    ON month = date_trunc('month', begins_on::timestamp)::date
  JOIN demo.rosters USING (month)
  WHERE slot = 1 + floor(demo.uniform('rep', n) * slots)
), placed AS (
  SELECT
    owned.*, reps.team_n, reps.segment, reps.zone, reps.skill, reps.ends_on AS rep_ends_on, reps.id AS rep_id, successor_id,
    (begins_on - reps.starts_on) / 365.0 AS tenure,
    -- A few accounts of a team bring many deals.
    1 + floor(demo.uniform('company', owned.n) ^ 1.3 * sizes.seats)::integer AS seat
  FROM owned
  JOIN demo.reps ON reps.n = rep_n
  JOIN (SELECT team_n, count(*) AS seats FROM demo.accounts GROUP BY team_n) AS sizes ON sizes.team_n = reps.team_n
), natures AS MATERIALIZED (
  SELECT
    placed.*, accounts.n AS company_n, accounts.id AS company_id, accounts.name AS company_name,
    demo.normal('quality', placed.n) AS quality,
    demo.normal('price', placed.n) AS price,
    demo.uniform('lead', placed.n) < 0.2 AS from_lead,
    products.n AS product_n, products.id AS product_id, products.name AS product_name, products.unit_price,
    round(((ARRAY[6500, 21000, 64000])[1 + placed.segment] * factor * accounts.size
      * exp(0.55 * demo.normal('amount', placed.n)))::numeric, -1) AS amount
  FROM placed
  JOIN demo.accounts USING (team_n, seat)
  JOIN demo.products
    ON products.n = 1 + width_bucket(demo.uniform('product', placed.n),
      (SELECT array_agg(share_until::double precision ORDER BY n) FILTER (WHERE share_until < 1) FROM demo.products))
), fates AS MATERIALIZED (
  SELECT
    natures.*,
    CASE
      WHEN from_lead THEN demo.weighted('lead source', n,
        ARRAY['Web', 'Referral', 'Partner', 'Event', 'Advertising', 'unknown', '', NULL],
        ARRAY[0.30, 0.58, 0.74, 0.86, 0.92, 0.95, 0.98])
      ELSE demo.weighted('deal source', n,
        ARRAY['Outbound', 'Existing customer', 'Web', 'Referral', 'Partner', 'Event', 'unknown', '', NULL],
        ARRAY[0.32, 0.52, 0.64, 0.74, 0.84, 0.92, 0.94, 0.97])
    END AS lead_source
  FROM natures
)
SELECT
  fates.*,
  demo.id('opportunity', n) AS id,
  demo.uniform('outcome', n) < demo.logistic(
    -1.3 + 0.9 * quality + 0.4 * skill + 0.25 * least(tenure, 2)
    -- Won is where price is no matter, or bargained through to the end; half-hearted talk of it loses.
    + 0.6 * (least(price ^ 2, 4) - 1)
    - 0.15 * segment
    + CASE WHEN lead_source IN ('Referral', 'Existing customer') THEN 0.45 WHEN lead_source = 'Outbound' THEN -0.3 ELSE 0 END
  ) AS is_won,
  demo.weighted('slips', n, ARRAY['0', '1', '2', '3'], ARRAY[0.6, 0.82, 0.94])::integer AS slips,
  -- Forgotten deals are never closed; somebody should.
  demo.uniform('forgotten', n) < 0.012 AS is_forgotten,
  demo.uniform('reopened', n) < 0.04 AS is_reopened
FROM fates;

ANALYZE demo.deals;
