-- Up Migration

CREATE VIEW mart.rep_weekly_scores_definition AS
WITH scored_calls AS (
  SELECT
    coalesce(calls.rep_user_id, '00000000-0000-0000-0000-000000000000') AS rep_user_id,
    date_trunc('week', calls.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS week_on,
    signals.signal_name,
    signals.signal_value
  FROM crm.conversations AS calls
  JOIN mart.newest_signals AS signals ON signals.call_id = calls.call_id
),
weeks AS (
  SELECT rep_user_id, week_on, signal_name, count(*) AS call_count, sum(signal_value) AS score_sum
  FROM scored_calls
  GROUP BY rep_user_id, week_on, signal_name
)
SELECT
  rep_user_id,
  week_on,
  signal_name,
  week_on::timestamp AT TIME ZONE (SELECT ops.business_time_zone()) AS week_at,
  call_count,
  score_sum,
  round(score_sum / call_count, 6)::numeric(19, 6) AS mean_score
FROM weeks;
COMMENT ON VIEW mart.rep_weekly_scores_definition IS
  'What mart.rep_weekly_scores holds after a refresh: one row per rep, week and signal; unique by rep_user_id, week_on, signal_name.';

CREATE MATERIALIZED VIEW mart.rep_weekly_scores AS
SELECT * FROM mart.rep_weekly_scores_definition
WITH NO DATA;
COMMENT ON MATERIALIZED VIEW mart.rep_weekly_scores IS
  'One row per rep, ISO week in the business time zone and numeric signal, where there was a call; '
  'unique by rep_user_id, week_on, signal_name.';

CREATE UNIQUE INDEX rep_weekly_scores_key ON mart.rep_weekly_scores (rep_user_id, week_on, signal_name);
CREATE INDEX rep_weekly_scores_signal_idx ON mart.rep_weekly_scores (signal_name, week_on);
CREATE INDEX rep_weekly_scores_week_idx ON mart.rep_weekly_scores (week_on);

-- Holds all that is asked of a call, so that the calls of one rep's week are found without reading them.
CREATE INDEX conversations_rep_key_idx
  ON crm.conversations ((coalesce(rep_user_id, '00000000-0000-0000-0000-000000000000'::uuid)), started_at)
  INCLUDE (call_id, rep_user_id);

-- What a change of each table touches.
SELECT mart.capture_changes('crm.conversations', '{call_id,rep_user_id,started_at}', watched => '{}');
SELECT mart.capture_changes('crm.conversation_signals', '{call_id}');

CREATE VIEW mart.rep_weekly_scores_touched AS
SELECT
  changed.xid,
  coalesce(changed.rep_user_id, '00000000-0000-0000-0000-000000000000') AS rep_user_id,
  date_trunc('week', changed.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS week_on
FROM mart.conversations_log AS changed
UNION ALL
SELECT
  changed.xid,
  coalesce(calls.rep_user_id, '00000000-0000-0000-0000-000000000000'),
  date_trunc('week', calls.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date
FROM mart.conversation_signals_log AS changed
JOIN crm.conversations AS calls ON calls.call_id = changed.call_id;
COMMENT ON VIEW mart.rep_weekly_scores_touched IS 'One row per change and week of a rep that it concerns.';

CREATE VIEW mart.rep_weekly_scores_keys AS
SELECT DISTINCT
  coalesce(rep_user_id, '00000000-0000-0000-0000-000000000000') AS rep_user_id,
  date_trunc('week', started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS week_on
FROM crm.conversations;
COMMENT ON VIEW mart.rep_weekly_scores_keys IS 'Every rep and week with a call, scored or not.';

-- The definition again, for one key: by the instants between which the week lies, because no index knows weeks of a zone
-- that is a setting.
CREATE FUNCTION mart.rep_weekly_scores_of(rep_user_id uuid, week_on date) RETURNS SETOF mart.rep_weekly_scores_definition
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 5
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off SET max_parallel_workers_per_gather = 0
SET enable_bitmapscan = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  zone text := ops.business_time_zone();
  week_at timestamptz := $2::timestamp AT TIME ZONE zone;
  next_week_at timestamptz := ($2 + 7)::timestamp AT TIME ZONE zone;
BEGIN
  RETURN QUERY
    WITH weeks AS (
      SELECT signals.signal_name, count(*) AS call_count, sum(signals.signal_value) AS score_sum
      FROM crm.conversations AS calls
      CROSS JOIN LATERAL mart.newest_signals_of(calls.call_id) AS signals
      WHERE coalesce(calls.rep_user_id, '00000000-0000-0000-0000-000000000000') = $1
        -- Where clocks go back over a Monday's midnight, a week does not begin at one instant: the day decides.
        AND calls.started_at >= week_at - interval '1 day'
        AND calls.started_at < next_week_at + interval '1 day'
        AND date_trunc('week', calls.started_at AT TIME ZONE zone)::date = $2
      GROUP BY signals.signal_name
    )
    SELECT
      $1,
      $2,
      weeks.signal_name,
      week_at,
      weeks.call_count,
      weeks.score_sum,
      round(weeks.score_sum / weeks.call_count, 6)::numeric(19, 6)
    FROM weeks;
END
$$;
COMMENT ON FUNCTION mart.rep_weekly_scores_of(uuid, date) IS 'The rows of one rep and week, computed now, by index.';

SELECT mart.add_live_layers('rep_weekly_scores', '{rep_user_id,week_on}');
SELECT mart.add_visible_rows('rep_weekly_scores', 'rep_user_id', 'report:conversations');

CREATE VIEW reporting.rep_weekly_scores WITH (security_barrier) AS
SELECT
  scores.rep_user_id,
  coalesce(people.name, '(none)') AS rep_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  scores.week_on,
  scores.week_at,
  extract(isoyear FROM scores.week_on)::integer AS iso_year,
  extract(week FROM scores.week_on)::integer AS iso_week,
  scores.signal_name,
  scores.call_count,
  scores.score_sum,
  scores.mean_score
FROM mart.rep_weekly_scores_visible AS scores
LEFT JOIN mart.people ON people.user_id = scores.rep_user_id;
GRANT SELECT ON reporting.rep_weekly_scores TO tidemark_reader;
SELECT mart.add_page_views('rep_weekly_scores');

COMMENT ON VIEW reporting.rep_weekly_scores IS
  'How each rep''s calls scored, week by week. One row per rep, ISO week and numeric signal, where there was a call; '
  'unique by rep_user_id, week_on, signal_name. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.rep_weekly_scores.rep_user_id IS
  'Person who held the calls; 00000000-0000-0000-0000-000000000000 where that is not known.';
COMMENT ON COLUMN reporting.rep_weekly_scores.rep_name IS 'Name of the rep; (none) where the rep is not known.';
COMMENT ON COLUMN reporting.rep_weekly_scores.team_id IS 'Team that the rep is in today; NULL: in none.';
COMMENT ON COLUMN reporting.rep_weekly_scores.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.rep_weekly_scores.week_on IS
  'Monday that begins the ISO week, in the business time zone. A call belongs to the week in which it started.';
COMMENT ON COLUMN reporting.rep_weekly_scores.week_at IS 'Instant at which that Monday begins in the business time zone.';
COMMENT ON COLUMN reporting.rep_weekly_scores.iso_year IS 'ISO year of the week, which is not always the calendar year of its Monday.';
COMMENT ON COLUMN reporting.rep_weekly_scores.iso_week IS 'ISO number of the week, 1 to 53.';
COMMENT ON COLUMN reporting.rep_weekly_scores.signal_name IS 'Signal that the calls were scored for.';
COMMENT ON COLUMN reporting.rep_weekly_scores.call_count IS 'Calls of that week with a score for that signal.';
COMMENT ON COLUMN reporting.rep_weekly_scores.score_sum IS
  'Sum of their scores, each call''s newest, in the signal''s own unit. A mean over weeks is sum of score_sum / sum of call_count.';
COMMENT ON COLUMN reporting.rep_weekly_scores.mean_score IS 'score_sum / call_count, rounded to six places.';
SELECT ops.copy_column_comments('reporting.rep_weekly_scores', 'mart.rep_weekly_scores');

INSERT INTO ops.refresh_schedule (mart, cron, description)
VALUES ('rep_weekly_scores', '20 * * * *', 'Reps'' weekly scores: what changes shows at once, and is put into the view every hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'rep_weekly_scores';
SELECT mart.drop_page_views('rep_weekly_scores');
DROP VIEW reporting.rep_weekly_scores;
SELECT mart.remove_live_layers('rep_weekly_scores');
DROP VIEW mart.rep_weekly_scores_keys;
DROP VIEW mart.rep_weekly_scores_touched;
DROP INDEX crm.conversations_rep_key_idx;
DROP MATERIALIZED VIEW mart.rep_weekly_scores;
DROP VIEW mart.rep_weekly_scores_definition;
