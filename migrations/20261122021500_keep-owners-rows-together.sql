-- Up Migration

-- These marts come out of hash joins in no order at all: the rows of one person lay each on a page of its own. A first fill lays them
-- together by these indexes; refreshes put what changed wherever there is room.
ALTER MATERIALIZED VIEW mart.stage_funnel CLUSTER ON stage_funnel_owner_created_on_idx;
ALTER MATERIALIZED VIEW mart.pipeline_history CLUSTER ON pipeline_history_owner_idx;
ALTER MATERIALIZED VIEW mart.signal_outcomes CLUSTER ON signal_outcomes_owner_idx;
ALTER MATERIALIZED VIEW mart.rep_weekly_scores CLUSTER ON rep_weekly_scores_key;
ALTER MATERIALIZED VIEW mart.rep_weekly_calls CLUSTER ON rep_weekly_calls_key;

-- Down Migration

ALTER MATERIALIZED VIEW mart.rep_weekly_calls SET WITHOUT CLUSTER;
ALTER MATERIALIZED VIEW mart.rep_weekly_scores SET WITHOUT CLUSTER;
ALTER MATERIALIZED VIEW mart.signal_outcomes SET WITHOUT CLUSTER;
ALTER MATERIALIZED VIEW mart.pipeline_history SET WITHOUT CLUSTER;
ALTER MATERIALIZED VIEW mart.stage_funnel SET WITHOUT CLUSTER;
