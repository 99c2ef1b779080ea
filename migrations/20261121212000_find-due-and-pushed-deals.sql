-- Up Migration

-- What a forecast asks of the history, answered from an index alone: how deals stood that were due on some days, which moved
-- to a later day and when, and whose history begins after they do. They have the keys that reporting.pipeline_history joins names by.
DROP INDEX mart.pipeline_history_close_on_idx;
CREATE INDEX pipeline_history_due_idx ON mart.pipeline_history (close_on, owner_user_id)
  INCLUDE (valid_from_on, valid_until_on, currency, amount, weighted_amount, opportunity_id, company_id, product_id)
  WHERE status = 'open';
CREATE INDEX pipeline_history_push_idx ON mart.pipeline_history (valid_from_on, owner_user_id)
  INCLUDE (currency, opportunity_id, company_id, product_id)
  WHERE is_push;
CREATE INDEX pipeline_history_later_idx ON mart.pipeline_history (valid_from_on, owner_user_id)
  INCLUDE (currency, opportunity_id, company_id, product_id, close_on, previous_close_on)
  WHERE previous_stage IS NOT NULL AND (close_on > previous_close_on OR previous_close_on IS NULL);
CREATE INDEX pipeline_history_gap_idx ON mart.pipeline_history (recorded_from_on)
  WHERE valid_from = recorded_from AND recorded_from_on > created_on;

-- Down Migration

DROP INDEX mart.pipeline_history_gap_idx;
DROP INDEX mart.pipeline_history_later_idx;
DROP INDEX mart.pipeline_history_push_idx;
DROP INDEX mart.pipeline_history_due_idx;
CREATE INDEX pipeline_history_close_on_idx ON mart.pipeline_history (close_on, valid_from_on) WHERE status = 'open';
