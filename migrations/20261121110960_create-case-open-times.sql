-- Up Migration

CREATE VIEW mart.case_open_times_definition AS
WITH steps AS (
  SELECT
    case_id,
    change_no,
    entered_at,
    coalesce(status NOT IN ('Resolved', 'Closed'), true) AS is_open
  FROM mart.case_statuses
),
turns AS (
  SELECT
    steps.*,
    lag(is_open) OVER (PARTITION BY case_id ORDER BY change_no) AS was_open
  FROM steps
),
times AS (
  SELECT
    case_id,
    is_open,
    was_open,
    entered_at AS open_from,
    lead(entered_at) OVER (PARTITION BY case_id ORDER BY change_no) AS open_until
  FROM turns
  WHERE is_open IS DISTINCT FROM was_open
)
SELECT
  times.case_id,
  times.open_from,
  times.open_until,
  (times.open_from AT TIME ZONE zone.name)::date AS open_from_on,
  (times.open_until AT TIME ZONE zone.name)::date AS open_until_on,
  times.was_open IS NOT NULL AS is_reopening,
  cases.case_number,
  coalesce(cases.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  cases.company_id,
  coalesce(nullif(btrim(companies.industry), ''), '(none)') AS industry,
  cases.priority::text AS priority,
  array_position(enum_range(NULL::crm.case_priority), cases.priority) AS priority_position
FROM times
JOIN crm.cases ON cases.id = times.case_id
LEFT JOIN crm.companies ON companies.id = cases.company_id
CROSS JOIN (SELECT ops.business_time_zone() AS name OFFSET 0) AS zone
-- What lasted no time was so at no instant.
WHERE times.is_open AND times.open_until IS DISTINCT FROM times.open_from;
COMMENT ON VIEW mart.case_open_times_definition IS
  'What mart.case_open_times holds after a refresh: one row per case and time for which it was open; unique by case_id, open_from.';

CREATE MATERIALIZED VIEW mart.case_open_times AS
SELECT * FROM mart.case_open_times_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.case_open_times IS
  'One row per case and time for which it was neither Resolved nor Closed; unique by case_id, open_from. A mart of its own, because '
  'a case that is opened again has more than one, and the backlog of a day is neither created less closed nor a column of the case.';

CREATE UNIQUE INDEX case_open_times_key ON mart.case_open_times (case_id, open_from);
CREATE INDEX case_open_times_owner_idx ON mart.case_open_times (owner_user_id, open_from_on);
CREATE INDEX case_open_times_days_idx ON mart.case_open_times (open_from_on, open_until_on);
CREATE INDEX case_open_times_open_idx ON mart.case_open_times (open_from_on) WHERE open_until IS NULL;

CREATE VIEW mart.case_open_times_touched AS
SELECT * FROM mart.cases_touched;
COMMENT ON VIEW mart.case_open_times_touched IS 'One row per change and case that it concerns, with its owner.';

CREATE VIEW mart.case_open_times_keys AS
SELECT * FROM mart.case_keys;
COMMENT ON VIEW mart.case_open_times_keys IS 'Every case and its owner.';

SELECT mart.add_live_layers('case_open_times', '{owner_user_id,case_id}');
SELECT mart.add_visible_rows('case_open_times', 'owner_user_id', 'report:service');

CREATE VIEW reporting.case_open_times WITH (security_barrier) AS
SELECT
  times.case_id,
  times.case_number,
  times.open_from,
  times.open_until,
  times.open_from_on,
  times.open_until_on,
  times.is_reopening,
  times.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  times.company_id,
  coalesce(companies.name, '(none)') AS company_name,
  times.industry,
  times.priority,
  times.priority_position
FROM mart.case_open_times_visible AS times
LEFT JOIN mart.people ON people.user_id = times.owner_user_id
LEFT JOIN crm.companies ON companies.id = times.company_id;
GRANT SELECT ON reporting.case_open_times TO tidemark_reader;
SELECT mart.add_page_views('case_open_times');

COMMENT ON VIEW reporting.case_open_times IS
  'When cases were waiting. One row per case and time for which it was neither Resolved nor Closed; unique by case_id, open_from. '
  'The backlog at the end of day D: rows with open_from_on <= D and (open_until_on > D or open_until_on is null). '
  'Owner and priority are those of today. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.case_open_times.case_id IS 'Key of the case.';
COMMENT ON COLUMN reporting.case_open_times.case_number IS 'Number that the customer knows, unique.';
COMMENT ON COLUMN reporting.case_open_times.open_from IS 'When it was created or opened again.';
COMMENT ON COLUMN reporting.case_open_times.open_until IS 'When it became Resolved or Closed; NULL: it is open.';
COMMENT ON COLUMN reporting.case_open_times.open_from_on IS 'Day of open_from in the business time zone.';
COMMENT ON COLUMN reporting.case_open_times.open_until_on IS
  'Day of open_until in the business time zone, at whose end it was not open, or open anew; NULL: it is open.';
COMMENT ON COLUMN reporting.case_open_times.is_reopening IS 'Whether it had been Resolved or Closed before.';
COMMENT ON COLUMN reporting.case_open_times.owner_user_id IS
  'Person who owns the case today; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.case_open_times.owner_name IS 'Name of the owner; (none) where nobody owns the case.';
COMMENT ON COLUMN reporting.case_open_times.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.case_open_times.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.case_open_times.company_id IS 'Company that reported it; NULL: not known.';
COMMENT ON COLUMN reporting.case_open_times.company_name IS 'Name of that company; (none) where it is not known.';
COMMENT ON COLUMN reporting.case_open_times.industry IS 'Industry of that company; (none) where it is blank or the company not known.';
COMMENT ON COLUMN reporting.case_open_times.priority IS 'Low, Medium, High or Urgent, today.';
COMMENT ON COLUMN reporting.case_open_times.priority_position IS 'Place of the priority in that order, from 1.';
SELECT ops.copy_column_comments('reporting.case_open_times', 'mart.case_open_times');

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('case_open_times', '50 * * * *', 'When cases were open, for the backlog of any day: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'case_open_times';
SELECT mart.drop_page_views('case_open_times');
DROP VIEW reporting.case_open_times;
SELECT mart.remove_live_layers('case_open_times');
DROP VIEW mart.case_open_times_keys;
DROP VIEW mart.case_open_times_touched;
DROP MATERIALIZED VIEW mart.case_open_times;
DROP VIEW mart.case_open_times_definition;
