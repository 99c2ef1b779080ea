-- Up Migration

-- The states of some people's open deals by their close dates: by close date first, each day was looked up for each of these people.
-- The rows themselves lie together by owner.
CREATE INDEX pipeline_history_own_due_idx ON mart.pipeline_history (owner_user_id, close_on) WHERE status = 'open';

-- Won deals of a range of days, without reading the lost ones, which are twice as many.
CREATE INDEX sales_dashboard_won_idx ON mart.sales_dashboard (close_on)
  INCLUDE (opportunity_id, owner_user_id, company_id, product_id, currency, amount, weighted_amount, cycle_days)
  WHERE status = 'won';

-- A period's close dates are few of all.
CREATE INDEX ON mart.pipeline_steps (close_on);

-- Down Migration

DROP INDEX mart.pipeline_steps_close_on_idx;
DROP INDEX mart.sales_dashboard_won_idx;
DROP INDEX mart.pipeline_history_own_due_idx;
