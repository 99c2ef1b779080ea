-- Up Migration

-- The calls themselves, read where they are: by the index of their rep, or of when they started.

-- Transcripts and answers of the scoring service are searched. Compared one by one, long ones would be held against each other.
SELECT mart.capture_changes('crm.conversations', '{call_id}', watched => '{title,company_id,updated_at}');
SELECT mart.capture_changes('crm.companies', '{id}', watched => '{name}');
SELECT mart.capture_changes('crm.opportunities', '{id}', watched => '{name,currency}');

-- Free text is not sampled, so that no estimate of the planner's tells it.
ALTER TABLE crm.conversations ALTER COLUMN call_id SET STATISTICS 0;
ALTER TABLE crm.conversations ALTER COLUMN title SET STATISTICS 0;
ALTER TABLE crm.opportunities ALTER COLUMN name SET STATISTICS 0;
ALTER TABLE crm.conversation_signals ALTER COLUMN signal_text SET STATISTICS 0;
ALTER TABLE crm.conversation_signals ALTER COLUMN scoring_version SET STATISTICS 0;

CREATE VIEW mart.conversations_own AS
SELECT
  calls.call_id,
  nullif(btrim(calls.title), '') AS title,
  coalesce(calls.rep_user_id, '00000000-0000-0000-0000-000000000000') AS rep_user_id,
  calls.company_id,
  calls.opportunity_id,
  calls.started_at,
  calls.duration_seconds
FROM crm.conversations AS calls
WHERE coalesce(calls.rep_user_id, '00000000-0000-0000-0000-000000000000') = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[]);
COMMENT ON VIEW mart.conversations_own IS 'The calls of the people whose calls whoever asks may see.';

CREATE VIEW mart.conversations_all AS
SELECT
  calls.call_id,
  nullif(btrim(calls.title), '') AS title,
  coalesce(calls.rep_user_id, '00000000-0000-0000-0000-000000000000') AS rep_user_id,
  calls.company_id,
  calls.opportunity_id,
  calls.started_at,
  calls.duration_seconds
FROM crm.conversations AS calls
WHERE (SELECT crm.sees_all_rows('report:conversations'));
COMMENT ON VIEW mart.conversations_all IS 'All calls, where whoever asks may see all; otherwise none.';

CREATE VIEW mart.conversations_visible AS
SELECT * FROM mart.conversations_all
UNION ALL
SELECT * FROM mart.conversations_own WHERE NOT (SELECT crm.sees_all_rows('report:conversations'));
COMMENT ON VIEW mart.conversations_visible IS 'The calls that whoever asks may see.';

CREATE VIEW reporting.conversations WITH (security_barrier) AS
SELECT
  calls.call_id,
  coalesce(calls.title, '(no title)') AS title,
  calls.rep_user_id,
  coalesce(people.name, '(none)') AS rep_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  calls.company_id,
  coalesce(companies.name, '(none)') AS company_name,
  calls.opportunity_id,
  coalesce(deals.name, '(none)') AS opportunity_name,
  deals.currency AS opportunity_currency,
  calls.started_at,
  (calls.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS started_on,
  date_trunc('week', calls.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS week_on,
  extract(isoyear FROM calls.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::integer AS iso_year,
  extract(week FROM calls.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::integer AS iso_week,
  calls.duration_seconds,
  (
    SELECT count(DISTINCT signals.signal_name)
    FROM crm.conversation_signals AS signals
    WHERE signals.call_id = calls.call_id
  ) AS signal_count
FROM mart.conversations_visible AS calls
LEFT JOIN mart.people ON people.user_id = calls.rep_user_id
LEFT JOIN crm.companies ON companies.id = calls.company_id
LEFT JOIN crm.opportunities AS deals ON deals.id = calls.opportunity_id;
GRANT SELECT ON reporting.conversations TO tidemark_reader;
SELECT mart.add_page_views('conversations');

COMMENT ON VIEW reporting.conversations IS
  'Recorded calls. One row per call; unique by call_id. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.conversations.call_id IS 'Key of the call: the id that the recording system gave it.';
COMMENT ON COLUMN reporting.conversations.title IS 'What the recording system called it; (no title) where that is blank.';
COMMENT ON COLUMN reporting.conversations.rep_user_id IS
  'Person who held the call; 00000000-0000-0000-0000-000000000000 where that is not known.';
COMMENT ON COLUMN reporting.conversations.rep_name IS 'Name of the rep; (none) where the rep is not known.';
COMMENT ON COLUMN reporting.conversations.team_id IS 'Team that the rep is in today; NULL: in none.';
COMMENT ON COLUMN reporting.conversations.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.conversations.company_id IS 'Company of the customer; NULL: not known.';
COMMENT ON COLUMN reporting.conversations.company_name IS 'Name of that company; (none) where it is not known.';
COMMENT ON COLUMN reporting.conversations.opportunity_id IS 'Deal that the call was about; NULL: none, or not known.';
COMMENT ON COLUMN reporting.conversations.opportunity_name IS 'Name of that deal; (none) where there is none.';
COMMENT ON COLUMN reporting.conversations.opportunity_currency IS 'Currency of that deal; NULL: there is none.';
COMMENT ON COLUMN reporting.conversations.started_at IS 'When the call started.';
COMMENT ON COLUMN reporting.conversations.started_on IS 'Day of started_at in the business time zone.';
COMMENT ON COLUMN reporting.conversations.week_on IS 'Monday that begins the ISO week of that day.';
COMMENT ON COLUMN reporting.conversations.iso_year IS 'ISO year of the week, which is not always the calendar year of its Monday.';
COMMENT ON COLUMN reporting.conversations.iso_week IS 'ISO number of the week, 1 to 53.';
COMMENT ON COLUMN reporting.conversations.duration_seconds IS 'How long the call lasted, in seconds; NULL: not known.';
COMMENT ON COLUMN reporting.conversations.signal_count IS 'Signals that the call was scored for, by whatever version.';

CREATE VIEW reporting.conversation_signals WITH (security_barrier) AS
SELECT
  calls.call_id,
  calls.rep_user_id,
  coalesce(people.name, '(none)') AS rep_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  calls.started_at,
  (calls.started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS started_on,
  signals.signal_name,
  signals.scoring_version,
  signals.signal_value,
  signals.signal_text,
  signals.confidence,
  signals.scored_at,
  NOT EXISTS (
    SELECT FROM crm.conversation_signals AS newer
    WHERE newer.call_id = signals.call_id
      AND newer.signal_name = signals.signal_name
      AND (newer.scored_at, newer.scoring_version COLLATE "C") > (signals.scored_at, signals.scoring_version)
  ) AS is_newest
FROM mart.conversations_visible AS calls
JOIN crm.conversation_signals AS signals ON signals.call_id = calls.call_id
LEFT JOIN mart.people ON people.user_id = calls.rep_user_id;
GRANT SELECT ON reporting.conversation_signals TO tidemark_reader;
SELECT mart.add_page_views('conversation_signals');

COMMENT ON VIEW reporting.conversation_signals IS
  'What recorded calls were scored for. One row per call, signal and scoring version; unique by call_id, signal_name, scoring_version. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.conversation_signals.call_id IS 'Key of the call.';
COMMENT ON COLUMN reporting.conversation_signals.rep_user_id IS
  'Person who held the call; 00000000-0000-0000-0000-000000000000 where that is not known.';
COMMENT ON COLUMN reporting.conversation_signals.rep_name IS 'Name of the rep; (none) where the rep is not known.';
COMMENT ON COLUMN reporting.conversation_signals.team_id IS 'Team that the rep is in today; NULL: in none.';
COMMENT ON COLUMN reporting.conversation_signals.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.conversation_signals.started_at IS 'When the call started.';
COMMENT ON COLUMN reporting.conversation_signals.started_on IS 'Day of started_at in the business time zone.';
COMMENT ON COLUMN reporting.conversation_signals.signal_name IS 'Signal that the call was scored for.';
COMMENT ON COLUMN reporting.conversation_signals.scoring_version IS 'Version of the model that scored it.';
COMMENT ON COLUMN reporting.conversation_signals.signal_value IS 'The score as it came, in the signal''s own unit; NULL: the finding is words.';
COMMENT ON COLUMN reporting.conversation_signals.signal_text IS 'The finding in words; NULL: it is a number.';
COMMENT ON COLUMN reporting.conversation_signals.confidence IS 'How sure the model was, from 0 to 1; NULL: it did not say.';
COMMENT ON COLUMN reporting.conversation_signals.scored_at IS 'When the call was scored.';
COMMENT ON COLUMN reporting.conversation_signals.is_newest IS
  'Whether this is the score that reports take: latest scored_at, then highest scoring_version by its characters.';

-- Days as instants, which an index of instants answers.
CREATE FUNCTION reporting.day_begins_at(day date) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
-- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
BEGIN ATOMIC
  SELECT ((day::timestamp - interval '1 second') AT TIME ZONE ops.business_time_zone()) + interval '1 second';
END;
GRANT EXECUTE ON FUNCTION reporting.day_begins_at(date) TO tidemark_reader;
COMMENT ON FUNCTION reporting.day_begins_at(date) IS 'First instant of a day in the business time zone.';

CREATE FUNCTION reporting.main_signal() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  sees_all boolean := crm.sees_all_rows('report:conversations');
  visible uuid[];
  candidate text;
  is_there boolean;
BEGIN
  IF NOT sees_all THEN
    visible := crm.visible_user_ids('report:conversations');
  END IF;
  FOR candidate IN SELECT names.value FROM mart.signal_names AS names ORDER BY names.value <> 'call_score', names.value LOOP
    -- Subqueries with LIMIT: few looks into an index, where joins might read everybody's signals.
    IF sees_all THEN
      is_there := (
        SELECT true FROM crm.conversation_signals AS signals
        WHERE signals.signal_name = candidate AND signals.signal_value IS NOT NULL
        LIMIT 1
      );
    ELSE
      is_there := (
        SELECT true FROM crm.conversations AS calls
        WHERE calls.rep_user_id = ANY (visible)
          AND (
            SELECT true FROM crm.conversation_signals AS signals
            WHERE signals.call_id = calls.call_id AND signals.signal_name = candidate AND signals.signal_value IS NOT NULL
            LIMIT 1
          )
        LIMIT 1
      );
    END IF;
    IF is_there THEN
      RETURN candidate;
    END IF;
  END LOOP;
  RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION reporting.main_signal() TO tidemark_reader;
COMMENT ON FUNCTION reporting.main_signal() IS
  'Signal that reports show of calls while none is chosen: of the numeric ones of the calls that one may see, call_score or else the '
  'first by name.';

INSERT INTO mart.function_sources (function_name, source)
VALUES
  ('main_signal', 'crm.conversations'),
  ('main_signal', 'crm.conversation_signals');

-- Down Migration

DELETE FROM mart.function_sources WHERE function_name = 'main_signal';
DROP FUNCTION reporting.main_signal();
DROP FUNCTION reporting.day_begins_at(date);
SELECT mart.drop_page_views('conversation_signals');
DROP VIEW reporting.conversation_signals;
SELECT mart.drop_page_views('conversations');
DROP VIEW reporting.conversations;
DROP VIEW mart.conversations_visible;
DROP VIEW mart.conversations_own;
DROP VIEW mart.conversations_all;
ALTER TABLE crm.conversation_signals ALTER COLUMN scoring_version SET STATISTICS -1;
ALTER TABLE crm.conversation_signals ALTER COLUMN signal_text SET STATISTICS -1;
ALTER TABLE crm.opportunities ALTER COLUMN name SET STATISTICS -1;
ALTER TABLE crm.conversations ALTER COLUMN title SET STATISTICS -1;
ALTER TABLE crm.conversations ALTER COLUMN call_id SET STATISTICS -1;
