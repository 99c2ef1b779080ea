-- Up Migration

CREATE VIEW mart.support_cases_definition AS
WITH steps AS (
  SELECT
    case_id,
    entered_at,
    status,
    lag(status) OVER (PARTITION BY case_id ORDER BY change_no) AS previous_status
  FROM mart.case_statuses
),
resolutions AS (
  SELECT case_id, min(entered_at) AS first_resolved_at, max(entered_at) AS last_resolved_at, count(*) AS resolution_count
  FROM steps
  WHERE status = 'Resolved' AND previous_status IS DISTINCT FROM 'Resolved'
  GROUP BY case_id
),
-- Customers have no login: who is named is one of ours.
replies AS (
  SELECT case_id, min(happened_at) AS first_reply_at
  FROM crm.case_events
  WHERE event_type = 'Public Reply' AND actor_user_id IS NOT NULL
  GROUP BY case_id
)
SELECT
  cases.id AS case_id,
  cases.case_number,
  cases.subject,
  coalesce(cases.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  cases.company_id,
  coalesce(nullif(btrim(companies.industry), ''), '(none)') AS industry,
  cases.priority::text AS priority,
  array_position(enum_range(NULL::crm.case_priority), cases.priority) AS priority_position,
  cases.status::text AS status,
  cases.status NOT IN ('Resolved', 'Closed') AS is_open,
  cases.created_at AS opened_at,
  (cases.created_at AT TIME ZONE zone.name)::date AS opened_on,
  replies.first_reply_at,
  (replies.first_reply_at AT TIME ZONE zone.name)::date AS first_reply_on,
  extract(epoch FROM replies.first_reply_at - cases.created_at)::numeric(19, 6) AS seconds_to_first_reply,
  resolutions.first_resolved_at,
  (resolutions.first_resolved_at AT TIME ZONE zone.name)::date AS first_resolved_on,
  extract(epoch FROM resolutions.first_resolved_at - cases.created_at)::numeric(19, 6) AS seconds_to_first_resolution,
  resolutions.last_resolved_at,
  (resolutions.last_resolved_at AT TIME ZONE zone.name)::date AS last_resolved_on,
  extract(epoch FROM resolutions.last_resolved_at - cases.created_at)::numeric(19, 6) AS seconds_to_last_resolution,
  resolutions.resolution_count - 1 AS reopen_count
FROM crm.cases
LEFT JOIN crm.companies ON companies.id = cases.company_id
LEFT JOIN resolutions ON resolutions.case_id = cases.id
LEFT JOIN replies ON replies.case_id = cases.id
CROSS JOIN (SELECT ops.business_time_zone() AS name OFFSET 0) AS zone;
COMMENT ON VIEW mart.support_cases_definition IS
  'What mart.support_cases holds after a refresh: one row per case; unique by case_id.';

CREATE MATERIALIZED VIEW mart.support_cases AS
SELECT * FROM mart.support_cases_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.support_cases IS
  'One row per case; unique by case_id. No coarser, because medians, percentiles and the rows behind a figure need each case.';

CREATE UNIQUE INDEX support_cases_key ON mart.support_cases (case_id);
CREATE INDEX support_cases_owner_idx ON mart.support_cases (owner_user_id, opened_on);
CREATE INDEX support_cases_opened_on_idx ON mart.support_cases (opened_on);
CREATE INDEX support_cases_first_resolved_on_idx ON mart.support_cases (first_resolved_on);
CREATE INDEX support_cases_last_resolved_on_idx ON mart.support_cases (last_resolved_on);
-- The open cases are a small share of all, and asked for on every page.
CREATE INDEX support_cases_open_idx ON mart.support_cases (owner_user_id, opened_on) WHERE is_open;

CREATE VIEW mart.support_cases_touched AS
SELECT * FROM mart.cases_touched;
COMMENT ON VIEW mart.support_cases_touched IS 'One row per change and case that it concerns, with its owner.';

CREATE VIEW mart.support_cases_keys AS
SELECT * FROM mart.case_keys;
COMMENT ON VIEW mart.support_cases_keys IS 'Every case and its owner.';

SELECT mart.add_live_layers('support_cases', '{owner_user_id,case_id}');
SELECT mart.add_visible_rows('support_cases', 'owner_user_id', 'report:service');

CREATE VIEW reporting.support_cases WITH (security_barrier) AS
SELECT
  cases.case_id,
  cases.case_number,
  cases.subject,
  cases.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  cases.company_id,
  coalesce(companies.name, '(none)') AS company_name,
  cases.industry,
  cases.priority,
  cases.priority_position,
  cases.status,
  cases.is_open,
  cases.opened_at,
  cases.opened_on,
  cases.first_reply_at,
  cases.first_reply_on,
  cases.seconds_to_first_reply,
  cases.first_resolved_at,
  cases.first_resolved_on,
  cases.seconds_to_first_resolution,
  cases.last_resolved_at,
  cases.last_resolved_on,
  cases.seconds_to_last_resolution,
  cases.reopen_count
FROM mart.support_cases_visible AS cases
LEFT JOIN mart.people ON people.user_id = cases.owner_user_id
LEFT JOIN crm.companies ON companies.id = cases.company_id;
GRANT SELECT ON reporting.support_cases TO tidemark_reader;
SELECT mart.add_page_views('support_cases');

COMMENT ON VIEW reporting.support_cases IS
  'How fast customers were answered and helped. One row per case; unique by case_id. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.support_cases.case_id IS 'Key of the case.';
COMMENT ON COLUMN reporting.support_cases.case_number IS 'Number that the customer knows, unique.';
COMMENT ON COLUMN reporting.support_cases.subject IS 'What it is about, in the customer''s words.';
COMMENT ON COLUMN reporting.support_cases.owner_user_id IS
  'Person who owns the case; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.support_cases.owner_name IS 'Name of the owner; (none) where nobody owns the case.';
COMMENT ON COLUMN reporting.support_cases.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.support_cases.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.support_cases.company_id IS 'Company that reported it; NULL: not known.';
COMMENT ON COLUMN reporting.support_cases.company_name IS 'Name of that company; (none) where it is not known.';
COMMENT ON COLUMN reporting.support_cases.industry IS 'Industry of that company; (none) where it is blank or the company not known.';
COMMENT ON COLUMN reporting.support_cases.priority IS 'Low, Medium, High or Urgent, today.';
COMMENT ON COLUMN reporting.support_cases.priority_position IS 'Place of the priority in that order, from 1.';
COMMENT ON COLUMN reporting.support_cases.status IS 'New, Open, Pending, Resolved or Closed, today.';
COMMENT ON COLUMN reporting.support_cases.is_open IS 'Whether it is neither Resolved nor Closed today.';
COMMENT ON COLUMN reporting.support_cases.opened_at IS 'When the case was created.';
COMMENT ON COLUMN reporting.support_cases.opened_on IS 'Day of opened_at in the business time zone.';
COMMENT ON COLUMN reporting.support_cases.first_reply_at IS
  'When one of ours first replied in public; NULL: unanswered, and if still open, as old as opened_at says.';
COMMENT ON COLUMN reporting.support_cases.first_reply_on IS 'Day of first_reply_at in the business time zone.';
COMMENT ON COLUMN reporting.support_cases.seconds_to_first_reply IS
  'Seconds from opened_at to first_reply_at; NULL: unanswered. A negative one is a finding about the data.';
COMMENT ON COLUMN reporting.support_cases.first_resolved_at IS 'When it first became Resolved; NULL: it never did.';
COMMENT ON COLUMN reporting.support_cases.first_resolved_on IS 'Day of first_resolved_at in the business time zone.';
COMMENT ON COLUMN reporting.support_cases.seconds_to_first_resolution IS
  'Seconds from opened_at to first_resolved_at; NULL: never resolved. A negative one is a finding about the data.';
COMMENT ON COLUMN reporting.support_cases.last_resolved_at IS
  'When it last became Resolved, be it open again by now (see is_open); NULL: it never did.';
COMMENT ON COLUMN reporting.support_cases.last_resolved_on IS 'Day of last_resolved_at in the business time zone.';
COMMENT ON COLUMN reporting.support_cases.seconds_to_last_resolution IS
  'Seconds from opened_at to last_resolved_at; NULL: never resolved. A negative one is a finding about the data.';
COMMENT ON COLUMN reporting.support_cases.reopen_count IS 'Times that it became Resolved, less one; NULL: never resolved.';
SELECT ops.copy_column_comments('reporting.support_cases', 'mart.support_cases');

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('support_cases', '45 * * * *', 'Cases, their answers and resolutions: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'support_cases';
SELECT mart.drop_page_views('support_cases');
DROP VIEW reporting.support_cases;
SELECT mart.remove_live_layers('support_cases');
DROP VIEW mart.support_cases_keys;
DROP VIEW mart.support_cases_touched;
DROP MATERIALIZED VIEW mart.support_cases;
DROP VIEW mart.support_cases_definition;
