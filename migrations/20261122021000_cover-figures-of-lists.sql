-- Up Migration

-- What the figures above lists are made of, so that of a long list the rows of one page alone are looked up.
DROP INDEX mart.support_cases_created_idx;
CREATE INDEX support_cases_created_idx ON mart.support_cases (opened_on)
  INCLUDE (
    owner_user_id, case_id, company_id, industry, priority, is_open, seconds_to_first_reply, seconds_to_first_resolution,
    seconds_to_last_resolution, reopen_count
  );

DROP INDEX mart.stage_funnel_first_idx;
CREATE INDEX stage_funnel_first_idx ON mart.stage_funnel (created_on)
  INCLUDE (
    opportunity_id, stage, owner_user_id, company_id, product_id, industry, status, has_advanced, current_since, entry_count, seconds_in_stage,
    reached_on
  )
  WHERE stage = 'Prospecting';

-- Down Migration

DROP INDEX mart.stage_funnel_first_idx;
CREATE INDEX stage_funnel_first_idx ON mart.stage_funnel (created_on)
  INCLUDE (
    opportunity_id, stage, owner_user_id, company_id, product_id, industry, status, has_advanced, current_since, entry_count, seconds_in_stage
  )
  WHERE stage = 'Prospecting';
DROP INDEX mart.support_cases_created_idx;
CREATE INDEX support_cases_created_idx ON mart.support_cases (opened_on)
  INCLUDE (owner_user_id, case_id, company_id, industry, priority, is_open, seconds_to_first_reply);
