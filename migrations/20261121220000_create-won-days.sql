-- Up Migration

SELECT mart.add_rollup(
  'won_days', 'won_deals', '{close_on,currency}', 'deal_count',
  $template$
    SELECT
      close_on,
      currency,
      count(*) AS deal_count,
      count(amount) AS amount_count,
      coalesce(sum(amount), 0) AS amount_sum
    FROM <rows> AS deals
    GROUP BY close_on, currency
  $template$,
  'report:sales'
);

CREATE VIEW reporting.won_days WITH (security_barrier) AS
SELECT
  close_on,
  currency,
  deal_count,
  amount_count,
  amount_sum::numeric(38, 4) AS amount_sum,
  -- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
  ((close_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS day_at
FROM mart.won_days_visible AS days;
GRANT SELECT ON reporting.won_days TO tidemark_reader;
SELECT mart.add_page_views('won_days');

COMMENT ON VIEW reporting.won_days IS
  'Counts and sums of won_deals by day. One row per close day and currency; unique by close_on, currency. For whoever sees all rows; '
  'others see none. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.won_days.close_on IS 'Day on which the deals were won: a calendar day in no time zone.';
COMMENT ON COLUMN reporting.won_days.currency IS 'ISO 4217 code of the amounts'' currency.';
COMMENT ON COLUMN reporting.won_days.deal_count IS 'Won deals.';
COMMENT ON COLUMN reporting.won_days.amount_count IS 'Won deals whose amount is known.';
COMMENT ON COLUMN reporting.won_days.amount_sum IS 'Sum of these amounts, in currency; 0 where none is known.';
COMMENT ON COLUMN reporting.won_days.day_at IS 'Instant at which the day in close_on begins in the business time zone.';

-- With whoever has a deal today, so that sums by who won it need no more than the index.
DROP INDEX mart.won_deals_close_on_idx;
CREATE INDEX won_deals_close_on_idx ON mart.won_deals (close_on)
  INCLUDE (opportunity_id, owner_user_id, present_owner_user_id, company_id, product_id, currency, amount, line_count);

-- Down Migration

DROP INDEX mart.won_deals_close_on_idx;
CREATE INDEX won_deals_close_on_idx ON mart.won_deals (close_on)
  INCLUDE (opportunity_id, owner_user_id, company_id, product_id, currency, amount, line_count);
SELECT mart.drop_page_views('won_days');
DROP VIEW reporting.won_days;
SELECT mart.remove_rollup('won_days');
