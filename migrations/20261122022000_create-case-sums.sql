-- Up Migration

-- A case comes into the backlog of its priority and industry on one day, and goes out of it on another: added up over the days until
-- then, what came less what went is how the backlog stood.
SELECT mart.add_rollup(
  'backlog_steps', 'case_open_times', '{day_on,priority,industry}', 'change_count',
  $template$
    SELECT
      day_on,
      priority,
      industry,
      count(*) AS change_count,
      count(*) FILTER (WHERE sign = 1) AS opened_count,
      sum(sign)::bigint AS case_count
    FROM <rows> AS times
    CROSS JOIN LATERAL (VALUES (open_from_on, 1), (open_until_on, -1)) AS change (day_on, sign)
    WHERE day_on IS NOT NULL
    GROUP BY day_on, priority, industry
  $template$,
  'report:service'
);
CREATE INDEX ON mart.backlog_steps (day_on);

CREATE VIEW reporting.backlog_steps WITH (security_barrier) AS
SELECT
  day_on,
  priority,
  industry,
  change_count,
  opened_count,
  case_count,
  -- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
  ((day_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS day_at
FROM mart.backlog_steps_visible AS steps;
GRANT SELECT ON reporting.backlog_steps TO tidemark_reader;
SELECT mart.add_page_views('backlog_steps');

COMMENT ON VIEW reporting.backlog_steps IS
  'How the backlog of cases changed. One row per day, priority and industry; unique by day_on, priority, industry. The sum over all '
  'day_on <= D is the backlog at the end of day D. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.backlog_steps.day_on IS 'Day of the changes in the business time zone.';
COMMENT ON COLUMN reporting.backlog_steps.priority IS 'Low, Medium, High or Urgent, today.';
COMMENT ON COLUMN reporting.backlog_steps.industry IS
  'Industry of the company that reported the cases; (none) where it is blank or the company not known.';
COMMENT ON COLUMN reporting.backlog_steps.change_count IS 'Times that a case came in or went out.';
COMMENT ON COLUMN reporting.backlog_steps.opened_count IS 'Times that one came in: was created, or opened again.';
COMMENT ON COLUMN reporting.backlog_steps.case_count IS 'Cases that came in less cases that went out.';
COMMENT ON COLUMN reporting.backlog_steps.day_at IS 'Instant at which the day begins in the business time zone.';

SELECT mart.add_rollup(
  'case_days', 'support_cases', '{day_on,priority,industry}', 'change_count',
  $template$
    SELECT
      day_on,
      priority,
      industry,
      count(*) AS change_count,
      sum(created)::bigint AS created_count,
      sum(resolved)::bigint AS resolved_count
    FROM <rows> AS cases
    CROSS JOIN LATERAL (VALUES (opened_on, 1, 0), (first_resolved_on, 0, 1)) AS change (day_on, created, resolved)
    WHERE day_on IS NOT NULL
    GROUP BY day_on, priority, industry
  $template$,
  'report:service'
);
CREATE INDEX ON mart.case_days (day_on);

CREATE VIEW reporting.case_days WITH (security_barrier) AS
SELECT
  day_on,
  priority,
  industry,
  change_count,
  created_count,
  resolved_count,
  ((day_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS day_at
FROM mart.case_days_visible AS days;
GRANT SELECT ON reporting.case_days TO tidemark_reader;
SELECT mart.add_page_views('case_days');

COMMENT ON VIEW reporting.case_days IS
  'Counts of support_cases. One row per day, priority and industry; unique by day_on, priority, industry. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.case_days.day_on IS 'Day in the business time zone.';
COMMENT ON COLUMN reporting.case_days.priority IS 'Low, Medium, High or Urgent, today.';
COMMENT ON COLUMN reporting.case_days.industry IS
  'Industry of the company that reported the cases; (none) where it is blank or the company not known.';
COMMENT ON COLUMN reporting.case_days.change_count IS 'Sum of the other two.';
COMMENT ON COLUMN reporting.case_days.created_count IS 'Cases that were created on this day.';
COMMENT ON COLUMN reporting.case_days.resolved_count IS 'Cases that became Resolved for the first time on this day.';
COMMENT ON COLUMN reporting.case_days.day_at IS 'Instant at which the day begins in the business time zone.';

-- The open cases of any day, and those opened again, without the rows themselves.
DROP INDEX mart.case_open_times_days_idx;
CREATE INDEX case_open_times_days_idx ON mart.case_open_times (open_from_on, open_until_on)
  INCLUDE (owner_user_id, case_id, company_id, industry, priority, is_reopening);
DROP INDEX mart.case_open_times_until_idx;
CREATE INDEX case_open_times_until_idx ON mart.case_open_times (open_until_on)
  INCLUDE (open_from_on, owner_user_id, case_id, company_id, industry, priority);

-- Down Migration

DROP INDEX mart.case_open_times_until_idx;
CREATE INDEX case_open_times_until_idx ON mart.case_open_times (open_until_on);
DROP INDEX mart.case_open_times_days_idx;
CREATE INDEX case_open_times_days_idx ON mart.case_open_times (open_from_on, open_until_on);
SELECT mart.drop_page_views('case_days');
DROP VIEW reporting.case_days;
SELECT mart.remove_rollup('case_days');
SELECT mart.drop_page_views('backlog_steps');
DROP VIEW reporting.backlog_steps;
SELECT mart.remove_rollup('backlog_steps');
