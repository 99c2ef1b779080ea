-- Up Migration

SELECT mart.add_rollup(
  'deal_days', 'sales_dashboard', '{close_on,status,stage,stage_position,currency}', 'deal_count',
  $template$
    SELECT
      close_on,
      status,
      stage,
      stage_position,
      currency,
      count(*) AS deal_count,
      count(amount) AS amount_count,
      coalesce(sum(amount), 0) AS amount_sum,
      count(weighted_amount) AS weighted_count,
      coalesce(sum(weighted_amount), 0) AS weighted_sum,
      count(cycle_days) AS cycle_count,
      coalesce(sum(cycle_days), 0) AS cycle_days_sum,
      count(*) FILTER (WHERE cycle_days < 0) AS negative_cycle_count
    FROM <rows> AS deals
    GROUP BY close_on, status, stage, stage_position, currency
  $template$,
  'report:sales'
);

CREATE VIEW reporting.deal_days WITH (security_barrier) AS
SELECT
  close_on, status, stage, stage_position, currency, deal_count, amount_count, amount_sum, weighted_count, weighted_sum, cycle_count,
  cycle_days_sum, negative_cycle_count
FROM mart.deal_days_visible AS days;
GRANT SELECT ON reporting.deal_days TO tidemark_reader;
SELECT mart.add_page_views('deal_days');

COMMENT ON VIEW reporting.deal_days IS
  'Counts and sums of sales_dashboard. One row per close day, stage and currency; unique by close_on, stage, currency. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.deal_days.close_on IS
  'Expected close day while open, actual one once closed: a calendar day in no time zone; NULL: none is set.';
COMMENT ON COLUMN reporting.deal_days.status IS 'open, won or lost, by the stage.';
COMMENT ON COLUMN reporting.deal_days.stage IS 'Stage that the deals are in.';
COMMENT ON COLUMN reporting.deal_days.stage_position IS 'Place of the stage in the order of stages, from 1.';
COMMENT ON COLUMN reporting.deal_days.currency IS 'ISO 4217 code of the amounts'' currency.';
COMMENT ON COLUMN reporting.deal_days.deal_count IS 'Deals.';
COMMENT ON COLUMN reporting.deal_days.amount_count IS 'Deals whose amount is known.';
COMMENT ON COLUMN reporting.deal_days.amount_sum IS 'Sum of these amounts, in currency; 0 where none is known.';
COMMENT ON COLUMN reporting.deal_days.weighted_count IS 'Deals whose weighted amount is known.';
COMMENT ON COLUMN reporting.deal_days.weighted_sum IS 'Sum of amount × probability, in currency; 0 where none is known.';
COMMENT ON COLUMN reporting.deal_days.cycle_count IS 'Won deals.';
COMMENT ON COLUMN reporting.deal_days.cycle_days_sum IS 'Sum of their days from creation to close.';
COMMENT ON COLUMN reporting.deal_days.negative_cycle_count IS 'Won deals that were closed before they were created.';

-- Holds what medians and the figures of each rep are made of, so that the rows themselves are not read; and what the view joins
-- by, which is asked for although the joins fall away.
DROP INDEX mart.sales_dashboard_close_on_idx;
CREATE INDEX sales_dashboard_close_on_idx
  ON mart.sales_dashboard (close_on)
  INCLUDE (opportunity_id, owner_user_id, company_id, product_id, status, currency, amount, weighted_amount, cycle_days);

-- Down Migration

DROP INDEX mart.sales_dashboard_close_on_idx;
CREATE INDEX sales_dashboard_close_on_idx ON mart.sales_dashboard (close_on);
SELECT mart.drop_page_views('deal_days');
DROP VIEW reporting.deal_days;
SELECT mart.remove_rollup('deal_days');
