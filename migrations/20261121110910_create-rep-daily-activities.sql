-- Up Migration

CREATE VIEW mart.rep_daily_activities_definition AS
WITH dated AS (
  SELECT
    coalesce(owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
    (activity_date AT TIME ZONE (SELECT ops.business_time_zone()))::date AS activity_on,
    activity_type::text AS activity_type,
    date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS created_month_on,
    activity_date,
    completed_at IS NOT NULL AS is_completed
  FROM crm.activities
)
SELECT
  owner_user_id,
  activity_on,
  activity_type,
  created_month_on,
  count(*) FILTER (WHERE is_completed) AS completed_count,
  count(*) FILTER (WHERE NOT is_completed) AS planned_count,
  min(activity_date) FILTER (WHERE is_completed) AS first_activity_at,
  max(activity_date) FILTER (WHERE is_completed) AS last_activity_at
FROM dated
GROUP BY owner_user_id, activity_on, activity_type, created_month_on;
COMMENT ON VIEW mart.rep_daily_activities_definition IS
  'What mart.rep_daily_activities holds after a refresh: one row per owner, day, type and month of creation; '
  'unique by owner_user_id, activity_on, activity_type, created_month_on.';

CREATE MATERIALIZED VIEW mart.rep_daily_activities AS
SELECT * FROM mart.rep_daily_activities_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.rep_daily_activities IS
  'One row per owner, day in the business time zone, type and month in which the activities were written down, where there are any; '
  'unique by owner_user_id, activity_on, activity_type, created_month_on. The month is that of a partition of crm.activities: '
  'a row is computed from one partition, however many years there are.';

CREATE UNIQUE INDEX rep_daily_activities_key
  ON mart.rep_daily_activities (owner_user_id, activity_on, activity_type, created_month_on);
CREATE INDEX rep_daily_activities_day_idx ON mart.rep_daily_activities (activity_on);

-- What a change touches. Most updates of an activity are of its notes, and concern no count.
SELECT mart.capture_changes(
  'crm.activities', '{owner_user_id,activity_date,created_at}', watched => '{activity_type,completed_at}'
);

CREATE VIEW mart.rep_daily_activities_touched AS
SELECT
  changed.xid,
  coalesce(changed.owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  (changed.activity_date AT TIME ZONE (SELECT ops.business_time_zone()))::date AS activity_on,
  date_trunc('month', changed.created_at AT TIME ZONE 'UTC')::date AS created_month_on
FROM mart.activities_log AS changed;
COMMENT ON VIEW mart.rep_daily_activities_touched IS 'One row per change and day of an owner that it concerns.';

CREATE VIEW mart.rep_daily_activities_keys AS
SELECT DISTINCT
  coalesce(owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  (activity_date AT TIME ZONE (SELECT ops.business_time_zone()))::date AS activity_on,
  date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS created_month_on
FROM crm.activities;
COMMENT ON VIEW mart.rep_daily_activities_keys IS 'Every owner, day and month of creation with an activity.';

-- The definition again, for one key: by the instants between which the day lies, because no index knows days of a zone
-- that is a setting, and by those of the month, which leave one partition.
CREATE FUNCTION mart.rep_daily_activities_of(owner_user_id uuid, activity_on date, created_month_on date)
RETURNS SETOF mart.rep_daily_activities_definition
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 3
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off SET max_parallel_workers_per_gather = 0 SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  zone text := ops.business_time_zone();
  -- Where clocks are put back at midnight, it strikes twice, and only one of the two instants is found: the day itself
  -- decides, within bounds that hold both.
  day_from timestamptz := $2::timestamp AT TIME ZONE zone - interval '3 hours';
  day_until timestamptz := ($2 + 1)::timestamp AT TIME ZONE zone + interval '3 hours';
  -- NULL, and so without looking at one of nobody's rows, where somebody's are asked for.
  nobody_from timestamptz := CASE WHEN $1 = '00000000-0000-0000-0000-000000000000' THEN day_from END;
  month_from timestamptz := $3::timestamp AT TIME ZONE 'UTC';
  month_until timestamptz := ($3 + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  RETURN QUERY
    SELECT
      $1,
      $2,
      activities.activity_type::text,
      $3,
      count(*) FILTER (WHERE activities.completed_at IS NOT NULL),
      count(*) FILTER (WHERE activities.completed_at IS NULL),
      min(activities.activity_date) FILTER (WHERE activities.completed_at IS NOT NULL),
      max(activities.activity_date) FILTER (WHERE activities.completed_at IS NOT NULL)
    FROM crm.activities
    WHERE (
        activities.owner_user_id = $1 AND activities.activity_date BETWEEN day_from AND day_until
        OR activities.owner_user_id IS NULL AND activities.activity_date BETWEEN nobody_from AND day_until
      )
      AND (activities.activity_date AT TIME ZONE zone)::date = $2
      AND activities.created_at >= month_from
      AND activities.created_at < month_until
    GROUP BY activities.activity_type;
END
$$;
COMMENT ON FUNCTION mart.rep_daily_activities_of(uuid, date, date) IS
  'The rows of one owner, day and month of creation, computed now, by the index of one partition.';

SELECT mart.add_live_layers('rep_daily_activities', '{owner_user_id,activity_on,created_month_on}');
SELECT mart.add_visible_rows('rep_daily_activities', 'owner_user_id', 'report:conversations');

CREATE VIEW reporting.rep_daily_activities WITH (security_barrier) AS
WITH days AS (
  SELECT
    owner_user_id,
    activity_on,
    activity_type,
    sum(completed_count)::bigint AS completed_count,
    sum(planned_count)::bigint AS planned_count,
    min(first_activity_at) AS first_activity_at,
    max(last_activity_at) AS last_activity_at
  FROM mart.rep_daily_activities_visible
  GROUP BY owner_user_id, activity_on, activity_type
)
SELECT
  days.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  days.activity_on,
  date_trunc('week', days.activity_on::timestamp)::date AS week_on,
  extract(isoyear FROM days.activity_on)::integer AS iso_year,
  extract(week FROM days.activity_on)::integer AS iso_week,
  days.activity_type,
  days.completed_count,
  days.planned_count,
  days.first_activity_at,
  days.last_activity_at
FROM days
LEFT JOIN mart.people ON people.user_id = days.owner_user_id;
GRANT SELECT ON reporting.rep_daily_activities TO tidemark_reader;
SELECT mart.add_page_views('rep_daily_activities');

COMMENT ON VIEW reporting.rep_daily_activities IS
  'What each rep did, day by day. One row per owner, day and type of activity, where there is an activity; '
  'unique by owner_user_id, activity_on, activity_type. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.rep_daily_activities.owner_user_id IS
  'Person who owns the activities; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.rep_daily_activities.owner_name IS 'Name of the owner; (none) where nobody owns them.';
COMMENT ON COLUMN reporting.rep_daily_activities.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.rep_daily_activities.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.rep_daily_activities.activity_on IS
  'Day of the activities, in the business time zone: on which they took place or, while planned, are due.';
COMMENT ON COLUMN reporting.rep_daily_activities.week_on IS 'Monday that begins the ISO week of that day.';
COMMENT ON COLUMN reporting.rep_daily_activities.iso_year IS 'ISO year of that week, which is not always the calendar year of the day.';
COMMENT ON COLUMN reporting.rep_daily_activities.iso_week IS 'ISO number of that week, 1 to 53.';
COMMENT ON COLUMN reporting.rep_daily_activities.activity_type IS 'Call, Email, Meeting, Task or Note.';
COMMENT ON COLUMN reporting.rep_daily_activities.completed_count IS 'Activities of that day that are completed.';
COMMENT ON COLUMN reporting.rep_daily_activities.planned_count IS
  'Activities of that day that are not completed: overdue where the day is past.';
COMMENT ON COLUMN reporting.rep_daily_activities.first_activity_at IS
  'When the first completed one of that day took place; NULL where none is completed.';
COMMENT ON COLUMN reporting.rep_daily_activities.last_activity_at IS
  'When the last completed one of that day took place; NULL where none is completed.';
SELECT ops.copy_column_comments('reporting.rep_daily_activities', 'mart.rep_daily_activities');
COMMENT ON COLUMN mart.rep_daily_activities.created_month_on IS 'First day of the month, in UTC, in which the activities were written down.';

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('rep_daily_activities', '50 * * * *', 'Reps'' daily activities: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'rep_daily_activities';
SELECT mart.drop_page_views('rep_daily_activities');
DROP VIEW reporting.rep_daily_activities;
SELECT mart.remove_live_layers('rep_daily_activities');
DROP VIEW mart.rep_daily_activities_keys;
DROP VIEW mart.rep_daily_activities_touched;
DROP MATERIALIZED VIEW mart.rep_daily_activities;
DROP VIEW mart.rep_daily_activities_definition;
