-- Up Migration

SELECT mart.add_rollup(
  'forecast_days', 'sales_dashboard', '{close_on,status,stage,stage_position,forecast_category,currency}', 'deal_count',
  $template$
    SELECT
      close_on,
      status,
      stage,
      stage_position,
      forecast_category,
      currency,
      count(*) AS deal_count,
      count(amount) AS amount_count,
      coalesce(sum(amount), 0) AS amount_sum,
      coalesce(sum(weighted_amount), 0) AS weighted_sum
    FROM <rows> AS deals
    GROUP BY close_on, status, stage, stage_position, forecast_category, currency
  $template$,
  'report:sales'
);

CREATE VIEW reporting.forecast_days WITH (security_barrier) AS
SELECT close_on, status, stage, stage_position, forecast_category, currency, deal_count, amount_count, amount_sum, weighted_sum
FROM mart.forecast_days_visible AS days;
GRANT SELECT ON reporting.forecast_days TO tidemark_reader;
SELECT mart.add_page_views('forecast_days');

COMMENT ON VIEW reporting.forecast_days IS
  'Counts and sums of sales_dashboard by forecast category. One row per close day, stage, forecast category and currency; unique by '
  'close_on, stage, forecast_category, currency. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.forecast_days.close_on IS
  'Expected close day while open, actual one once closed: a calendar day in no time zone; NULL: none is set.';
COMMENT ON COLUMN reporting.forecast_days.status IS 'open, won or lost, by the stage.';
COMMENT ON COLUMN reporting.forecast_days.stage IS 'Stage that the deals are in.';
COMMENT ON COLUMN reporting.forecast_days.stage_position IS 'Place of the stage in the order of stages, from 1.';
COMMENT ON COLUMN reporting.forecast_days.forecast_category IS
  'Pipeline, Best Case, Commit, Closed or Omitted: the deal''s own, or its stage''s where the deal has none or is closed.';
COMMENT ON COLUMN reporting.forecast_days.currency IS 'ISO 4217 code of the amounts'' currency.';
COMMENT ON COLUMN reporting.forecast_days.deal_count IS 'Deals.';
COMMENT ON COLUMN reporting.forecast_days.amount_count IS 'Deals whose amount is known.';
COMMENT ON COLUMN reporting.forecast_days.amount_sum IS 'Sum of these amounts, in currency; 0 where none is known.';
COMMENT ON COLUMN reporting.forecast_days.weighted_sum IS 'Sum of amount × probability, in currency; 0 where none is known.';

-- A deal comes into the open pipeline of a close day, and goes out of it: added up over the days until then, what came less what
-- went is how the pipeline stood.
SELECT mart.add_rollup(
  'pipeline_steps', 'pipeline_history', '{close_on,day_on,currency}', 'change_count',
  $template$
    SELECT
      close_on,
      day_on,
      currency,
      count(*) AS change_count,
      sum(sign)::bigint AS deal_count,
      coalesce(sum(sign) FILTER (WHERE amount IS NOT NULL), 0)::bigint AS amount_count,
      coalesce(sum(sign * amount), 0) AS amount_sum,
      coalesce(sum(sign * weighted_amount), 0) AS weighted_sum
    FROM <rows> AS states
    CROSS JOIN LATERAL (VALUES (valid_from_on, 1), (valid_until_on, -1)) AS change (day_on, sign)
    WHERE status = 'open' AND day_on IS NOT NULL
    GROUP BY close_on, day_on, currency
  $template$,
  'report:sales'
);

CREATE VIEW reporting.pipeline_steps WITH (security_barrier) AS
SELECT close_on, day_on, currency, change_count, deal_count, amount_count, amount_sum, weighted_sum
FROM mart.pipeline_steps_visible AS steps;
GRANT SELECT ON reporting.pipeline_steps TO tidemark_reader;
SELECT mart.add_page_views('pipeline_steps');

COMMENT ON VIEW reporting.pipeline_steps IS
  'How the open pipeline of each close day changed. One row per close day, day of change and currency; unique by close_on, day_on, '
  'currency. The sum over all day_on <= D is the pipeline at the end of day D, as far as history is known. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.pipeline_steps.close_on IS
  'Day on which the deals were to close, as it was expected then: a calendar day in no time zone; NULL: none was set.';
COMMENT ON COLUMN reporting.pipeline_steps.day_on IS 'Day of the change in the business time zone.';
COMMENT ON COLUMN reporting.pipeline_steps.currency IS 'ISO 4217 code of the amounts'' currency.';
COMMENT ON COLUMN reporting.pipeline_steps.change_count IS 'Times that a deal came in or went out.';
COMMENT ON COLUMN reporting.pipeline_steps.deal_count IS 'Deals that came in less deals that went out.';
COMMENT ON COLUMN reporting.pipeline_steps.amount_count IS 'The same of deals whose amount was known.';
COMMENT ON COLUMN reporting.pipeline_steps.amount_sum IS 'The same of their amounts, in currency.';
COMMENT ON COLUMN reporting.pipeline_steps.weighted_sum IS 'The same of amount × probability, in currency.';

-- What is open, with what a rep's forecast is made of: a small share of all deals.
CREATE INDEX sales_dashboard_open_due_idx ON mart.sales_dashboard (close_on)
  INCLUDE (opportunity_id, owner_user_id, company_id, product_id, currency, forecast_category, amount, weighted_amount)
  WHERE status = 'open';

-- Down Migration

DROP INDEX mart.sales_dashboard_open_due_idx;
SELECT mart.drop_page_views('pipeline_steps');
DROP VIEW reporting.pipeline_steps;
SELECT mart.remove_rollup('pipeline_steps');
SELECT mart.drop_page_views('forecast_days');
DROP VIEW reporting.forecast_days;
SELECT mart.remove_rollup('forecast_days');
