-- Up Migration

-- The deals of one person that were created in a period are found among that person's.
CREATE INDEX stage_funnel_owner_created_on_idx ON mart.stage_funnel (owner_user_id, created_on);

-- Down Migration

DROP INDEX mart.stage_funnel_owner_created_on_idx;
