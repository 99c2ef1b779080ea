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
FROM mart.rep_weekly_scores AS scores
LEFT JOIN mart.people ON people.user_id = scores.rep_user_id;
GRANT SELECT ON reporting.rep_weekly_scores TO tidemark_reader;

COMMENT ON VIEW reporting.rep_weekly_scores IS
  'How each rep''s calls scored, week by week. One row per rep, ISO week and numeric signal, where there was a call; '
  'unique by rep_user_id, week_on, signal_name. As of the last refresh (see mart_freshness); names and teams are current.';
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
VALUES ('rep_weekly_scores', '*/15 * * * *', 'Reps'' weekly scores: every quarter of an hour.');

-- Down Migration

DELETE FROM ops.refresh_schedule WHERE mart = 'rep_weekly_scores';
DROP VIEW reporting.rep_weekly_scores;
DROP MATERIALIZED VIEW mart.rep_weekly_scores;
DROP VIEW mart.rep_weekly_scores_definition;
