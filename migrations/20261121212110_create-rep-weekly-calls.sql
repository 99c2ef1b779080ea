-- Up Migration

-- How many calls there were, week by week, so that nobody has to count millions of them.

CREATE VIEW mart.rep_weekly_calls_definition AS
SELECT
  coalesce(calls.rep_user_id, '00000000-0000-0000-0000-000000000000') AS rep_user_id,
  date_trunc('week', calls.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS week_on,
  count(*) AS call_count,
  count(calls.duration_seconds) AS timed_call_count,
  coalesce(sum(calls.duration_seconds), 0) AS duration_seconds
FROM crm.conversations AS calls
GROUP BY 1, 2;
COMMENT ON VIEW mart.rep_weekly_calls_definition IS
  'What mart.rep_weekly_calls holds after a refresh: one row per rep and week; unique by rep_user_id, week_on.';

CREATE MATERIALIZED VIEW mart.rep_weekly_calls AS
SELECT * FROM mart.rep_weekly_calls_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.rep_weekly_calls IS
  'One row per rep and ISO week in the business time zone with a call, scored or not; unique by rep_user_id, week_on.';

CREATE UNIQUE INDEX rep_weekly_calls_key ON mart.rep_weekly_calls (rep_user_id, week_on);
CREATE INDEX rep_weekly_calls_week_idx ON mart.rep_weekly_calls (week_on);

-- These hold all that is counted of a call, so that the calls of a rep or of some days are counted without reading them.
DROP INDEX crm.conversations_rep_key_idx;
CREATE INDEX conversations_rep_key_idx
  ON crm.conversations ((coalesce(rep_user_id, '00000000-0000-0000-0000-000000000000'::uuid)), started_at)
  INCLUDE (call_id, rep_user_id, duration_seconds);
DROP INDEX crm.conversations_started_at_idx;
CREATE INDEX conversations_started_at_idx ON crm.conversations (started_at) INCLUDE (call_id, rep_user_id, duration_seconds);

SELECT mart.capture_changes('crm.conversations', '{call_id,rep_user_id,started_at}', watched => '{duration_seconds}');

CREATE VIEW mart.rep_weekly_calls_touched AS
SELECT
  changed.xid,
  coalesce(changed.rep_user_id, '00000000-0000-0000-0000-000000000000') AS rep_user_id,
  date_trunc('week', changed.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS week_on
FROM mart.conversations_log AS changed;
COMMENT ON VIEW mart.rep_weekly_calls_touched IS 'One row per change and week of a rep that it concerns.';

CREATE VIEW mart.rep_weekly_calls_keys AS
SELECT rep_user_id, week_on FROM mart.rep_weekly_scores_keys;
COMMENT ON VIEW mart.rep_weekly_calls_keys IS 'Every rep and week with a call.';

-- The definition again, for one key, as mart.rep_weekly_scores_of does it.
CREATE FUNCTION mart.rep_weekly_calls_of(rep_user_id uuid, week_on date) RETURNS SETOF mart.rep_weekly_calls_definition
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off
SET jit = off SET max_parallel_workers_per_gather = 0 SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  zone text := ops.business_time_zone();
  week_at timestamptz := $2::timestamp AT TIME ZONE zone;
  next_week_at timestamptz := ($2 + 7)::timestamp AT TIME ZONE zone;
BEGIN
  RETURN QUERY
    SELECT $1, $2, count(*), count(calls.duration_seconds), coalesce(sum(calls.duration_seconds), 0)
    FROM crm.conversations AS calls
    WHERE coalesce(calls.rep_user_id, '00000000-0000-0000-0000-000000000000') = $1
      -- Where clocks go back over a Monday's midnight, a week does not begin at one instant: the day decides.
      AND calls.started_at >= week_at - interval '1 day'
      AND calls.started_at < next_week_at + interval '1 day'
      AND date_trunc('week', calls.started_at AT TIME ZONE zone)::date = $2
    HAVING count(*) > 0;
END
$$;
COMMENT ON FUNCTION mart.rep_weekly_calls_of(uuid, date) IS 'The row of one rep and week, computed now, by index.';

SELECT mart.add_live_layers('rep_weekly_calls', '{rep_user_id,week_on}');
SELECT mart.add_visible_rows('rep_weekly_calls', 'rep_user_id', 'report:conversations');
SELECT mart.plan_all_rows('rep_weekly_calls', 'report:conversations');

CREATE VIEW reporting.rep_weekly_calls WITH (security_barrier) AS
SELECT
  weeks.rep_user_id,
  coalesce(people.name, '(none)') AS rep_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  weeks.week_on,
  extract(isoyear FROM weeks.week_on)::integer AS iso_year,
  extract(week FROM weeks.week_on)::integer AS iso_week,
  weeks.call_count,
  weeks.timed_call_count,
  weeks.duration_seconds
FROM mart.rep_weekly_calls_visible AS weeks
LEFT JOIN mart.people ON people.user_id = weeks.rep_user_id;
GRANT SELECT ON reporting.rep_weekly_calls TO tidemark_reader;
SELECT mart.add_page_views('rep_weekly_calls');
SELECT mart.add_kept_rows('rep_weekly_calls', 'report:conversations'), mart.add_kept_views('rep_weekly_calls');

COMMENT ON VIEW reporting.rep_weekly_calls IS
  'How much each rep called, week by week. One row per rep and ISO week with a call, scored or not; unique by rep_user_id, week_on. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.rep_weekly_calls.rep_user_id IS
  'Person who held the calls; 00000000-0000-0000-0000-000000000000 where that is not known.';
COMMENT ON COLUMN reporting.rep_weekly_calls.rep_name IS 'Name of the rep; (none) where the rep is not known.';
COMMENT ON COLUMN reporting.rep_weekly_calls.team_id IS 'Team that the rep is in today; NULL: in none.';
COMMENT ON COLUMN reporting.rep_weekly_calls.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.rep_weekly_calls.week_on IS
  'Monday that begins the ISO week, in the business time zone. A call belongs to the week in which it started.';
COMMENT ON COLUMN reporting.rep_weekly_calls.iso_year IS 'ISO year of the week, which is not always the calendar year of its Monday.';
COMMENT ON COLUMN reporting.rep_weekly_calls.iso_week IS 'ISO number of the week, 1 to 53.';
COMMENT ON COLUMN reporting.rep_weekly_calls.call_count IS 'Calls that started in the week.';
COMMENT ON COLUMN reporting.rep_weekly_calls.timed_call_count IS 'Those of them whose length is known.';
COMMENT ON COLUMN reporting.rep_weekly_calls.duration_seconds IS 'Sum of these lengths, in seconds.';
SELECT ops.copy_column_comments('reporting.rep_weekly_calls', 'mart.rep_weekly_calls');

SELECT mart.add_rollup(
  'call_weeks', 'rep_weekly_calls', '{week_on}', 'call_count',
  $template$
    SELECT
      week_on,
      sum(call_count)::bigint AS call_count,
      sum(timed_call_count)::bigint AS timed_call_count,
      sum(duration_seconds)::bigint AS duration_seconds
    FROM <rows> AS weeks
    GROUP BY week_on
  $template$,
  'report:conversations'
);

CREATE VIEW reporting.call_weeks WITH (security_barrier) AS
SELECT week_on, call_count, timed_call_count, duration_seconds
FROM mart.call_weeks_visible AS weeks;
GRANT SELECT ON reporting.call_weeks TO tidemark_reader;
SELECT mart.add_page_views('call_weeks');

COMMENT ON VIEW reporting.call_weeks IS
  'How many calls there were of all reps together, week by week. One row per ISO week with a call; unique by week_on. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.call_weeks.week_on IS 'Monday that begins the ISO week, in the business time zone.';
COMMENT ON COLUMN reporting.call_weeks.call_count IS 'Calls that started in the week.';
COMMENT ON COLUMN reporting.call_weeks.timed_call_count IS 'Those of them whose length is known.';
COMMENT ON COLUMN reporting.call_weeks.duration_seconds IS 'Sum of these lengths, in seconds.';

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('rep_weekly_calls', '25 * * * *', 'Reps'' weekly calls: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'rep_weekly_calls';
SELECT mart.drop_page_views('call_weeks');
DROP VIEW reporting.call_weeks;
SELECT mart.remove_rollup('call_weeks');
SELECT mart.drop_kept_views('rep_weekly_calls'), mart.remove_kept_rows('rep_weekly_calls');
SELECT mart.drop_page_views('rep_weekly_calls');
DROP VIEW reporting.rep_weekly_calls;
SELECT mart.remove_live_layers('rep_weekly_calls');
DROP VIEW mart.rep_weekly_calls_keys;
DROP VIEW mart.rep_weekly_calls_touched;
DROP INDEX crm.conversations_started_at_idx;
CREATE INDEX conversations_started_at_idx ON crm.conversations (started_at);
DROP INDEX crm.conversations_rep_key_idx;
CREATE INDEX conversations_rep_key_idx
  ON crm.conversations ((coalesce(rep_user_id, '00000000-0000-0000-0000-000000000000'::uuid)), started_at)
  INCLUDE (call_id, rep_user_id);
DROP MATERIALIZED VIEW mart.rep_weekly_calls;
DROP VIEW mart.rep_weekly_calls_definition;
