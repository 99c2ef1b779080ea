-- Up Migration

-- The cases of a quarter lie all over the mart. What is told of those created or resolved in it comes from the index alone, with
-- the key, by which newer rows replace older ones, and the company, by which its name is joined even where nobody asks for it.

CREATE INDEX support_cases_created_idx ON mart.support_cases (opened_on)
  INCLUDE (owner_user_id, case_id, company_id, industry, priority, is_open, seconds_to_first_reply);
DROP INDEX mart.support_cases_opened_on_idx;

CREATE INDEX support_cases_resolved_idx ON mart.support_cases (first_resolved_on)
  INCLUDE (owner_user_id, case_id, company_id, industry, priority, is_open, seconds_to_first_resolution, seconds_to_last_resolution, reopen_count);
DROP INDEX mart.support_cases_first_resolved_on_idx;

-- The backlog of a day is found from its end: what is open, or was closed later.
CREATE INDEX case_open_times_until_idx ON mart.case_open_times (open_until_on);

-- Down Migration

DROP INDEX mart.case_open_times_until_idx;
CREATE INDEX support_cases_first_resolved_on_idx ON mart.support_cases (first_resolved_on);
DROP INDEX mart.support_cases_resolved_idx;
CREATE INDEX support_cases_opened_on_idx ON mart.support_cases (opened_on);
DROP INDEX mart.support_cases_created_idx;
