-- Up Migration

-- Rows of rep_daily_activities are put together of those of the months in which activities were written down: whoever adds days up
-- again need not have each day put together first.
CREATE VIEW reporting.rep_activity_parts WITH (security_barrier) AS
SELECT
  owner_user_id,
  activity_on,
  activity_type,
  created_month_on,
  completed_count,
  planned_count,
  -- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
  ((activity_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS day_at
FROM mart.rep_daily_activities_visible AS parts;
GRANT SELECT ON reporting.rep_activity_parts TO tidemark_reader;
SELECT mart.add_page_views('rep_activity_parts'), mart.add_kept_views('rep_activity_parts');

COMMENT ON VIEW reporting.rep_activity_parts IS
  'What each rep did, day by day, in parts that are to be added up. One row per owner, day, type of activity and month in which '
  'activities were written down; unique by owner_user_id, activity_on, activity_type, created_month_on. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.rep_activity_parts.owner_user_id IS
  'Person who owns the activities; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.rep_activity_parts.activity_on IS
  'Day of the activities, in the business time zone: on which they took place or, while planned, are due.';
COMMENT ON COLUMN reporting.rep_activity_parts.activity_type IS 'Call, Email, Meeting, Task or Note.';
COMMENT ON COLUMN reporting.rep_activity_parts.created_month_on IS
  'First day of the month, in UTC, in which the activities were written down.';
COMMENT ON COLUMN reporting.rep_activity_parts.completed_count IS 'Activities that are completed.';
COMMENT ON COLUMN reporting.rep_activity_parts.planned_count IS 'Activities that are not: overdue where the day is past.';
COMMENT ON COLUMN reporting.rep_activity_parts.day_at IS 'Instant at which the day begins in the business time zone.';

SELECT mart.add_rollup(
  'rep_activity_months', 'rep_daily_activities', '{owner_user_id,month_on,activity_type}', 'activity_count',
  $template$
    SELECT
      owner_user_id,
      date_trunc('month', activity_on::timestamp)::date AS month_on,
      activity_type,
      sum(completed_count + planned_count)::bigint AS activity_count,
      sum(completed_count)::bigint AS completed_count,
      sum(planned_count)::bigint AS planned_count
    FROM <rows> AS activities
    GROUP BY 1, 2, 3
  $template$,
  'report:conversations'
);
SELECT mart.add_own_sums('rep_activity_months', 'activity_count');
CREATE INDEX ON mart.rep_activity_months (owner_user_id, month_on);
CREATE INDEX ON mart.rep_activity_months (month_on);

CREATE VIEW reporting.rep_activity_months WITH (security_barrier) AS
SELECT
  owner_user_id,
  month_on,
  activity_type,
  activity_count,
  completed_count,
  planned_count,
  ((month_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS month_at
FROM mart.rep_activity_months_visible AS months;
GRANT SELECT ON reporting.rep_activity_months TO tidemark_reader;
SELECT mart.add_page_views('rep_activity_months');

COMMENT ON VIEW reporting.rep_activity_months IS
  'What each rep did, month by month. One row per owner, month and type of activity, where there is one; unique by owner_user_id, '
  'month_on, activity_type. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.rep_activity_months.owner_user_id IS
  'Person who owns the activities; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.rep_activity_months.month_on IS 'First day of the month of the activities, in the business time zone.';
COMMENT ON COLUMN reporting.rep_activity_months.activity_type IS 'Call, Email, Meeting, Task or Note.';
COMMENT ON COLUMN reporting.rep_activity_months.activity_count IS 'Activities of that month.';
COMMENT ON COLUMN reporting.rep_activity_months.completed_count IS 'Those that are completed.';
COMMENT ON COLUMN reporting.rep_activity_months.planned_count IS 'Those that are not: overdue where their day is past.';
COMMENT ON COLUMN reporting.rep_activity_months.month_at IS 'Instant at which the month begins in the business time zone.';

-- Down Migration

SELECT mart.drop_page_views('rep_activity_months');
DROP VIEW reporting.rep_activity_months;
SELECT mart.remove_rollup('rep_activity_months');
SELECT mart.drop_kept_views('rep_activity_parts'), mart.drop_page_views('rep_activity_parts');
DROP VIEW reporting.rep_activity_parts;
