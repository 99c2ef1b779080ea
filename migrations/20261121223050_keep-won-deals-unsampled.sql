-- Up Migration

-- As every name: the planner's estimates would spell it out to whoever may not see the row.
ALTER TABLE mart.won_deals ALTER COLUMN opportunity_name SET STATISTICS 0;
ALTER TABLE mart.won_deals_delta ALTER COLUMN opportunity_name SET STATISTICS 0;

-- Down Migration

ALTER TABLE mart.won_deals ALTER COLUMN opportunity_name SET STATISTICS -1;
ALTER TABLE mart.won_deals_delta ALTER COLUMN opportunity_name SET STATISTICS -1;
