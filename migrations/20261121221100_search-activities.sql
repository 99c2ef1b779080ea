-- Up Migration

-- What is looked for among the activities of everybody is looked for by day.
CREATE INDEX activities_activity_date_idx ON crm.activities (activity_date);

-- Subjects and notes are searched and shown.
SELECT mart.capture_changes('crm.activities', '{owner_user_id}', watched => '{subject,updated_at}');

SELECT mart.add_rollup(
  'activity_days', 'rep_daily_activities', '{activity_on,activity_type}', 'activity_count',
  $template$
    SELECT
      activity_on,
      activity_type,
      sum(completed_count + planned_count)::bigint AS activity_count,
      sum(completed_count)::bigint AS completed_count,
      sum(planned_count)::bigint AS planned_count
    FROM <rows> AS activities
    GROUP BY activity_on, activity_type
  $template$,
  'report:conversations'
);

CREATE VIEW reporting.activity_days WITH (security_barrier) AS
SELECT
  activity_on,
  activity_type,
  activity_count,
  completed_count,
  planned_count,
  -- A second before, the day before has not ended yet: right also where clocks go forward or back at midnight.
  ((activity_on::timestamp - interval '1 second') AT TIME ZONE (SELECT ops.business_time_zone())) + interval '1 second' AS day_at
FROM mart.activity_days_visible AS days;
GRANT SELECT ON reporting.activity_days TO tidemark_reader;
SELECT mart.add_page_views('activity_days');

COMMENT ON VIEW reporting.activity_days IS
  'What was done, day by day. One row per day and type of activity, where there is one; unique by activity_on, activity_type. '
  'Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.activity_days.activity_on IS
  'Day of the activities, in the business time zone: on which they took place or, while planned, are due.';
COMMENT ON COLUMN reporting.activity_days.activity_type IS 'Call, Email, Meeting, Task or Note.';
COMMENT ON COLUMN reporting.activity_days.activity_count IS 'Activities of that day.';
COMMENT ON COLUMN reporting.activity_days.completed_count IS 'Those that are completed.';
COMMENT ON COLUMN reporting.activity_days.planned_count IS 'Those that are not: overdue where the day is past.';
COMMENT ON COLUMN reporting.activity_days.day_at IS 'Instant at which the day begins in the business time zone.';

-- Read without the rows themselves, which lie scattered over the whole.
DROP INDEX mart.rep_daily_activities_day_idx;
CREATE INDEX rep_daily_activities_day_idx ON mart.rep_daily_activities (activity_on)
  INCLUDE (owner_user_id, activity_type, created_month_on, completed_count, planned_count);

-- The activities themselves.
CREATE VIEW mart.activities_own AS
SELECT
  id AS activity_id,
  created_at,
  activity_type::text AS activity_type,
  nullif(btrim(subject), '') AS subject,
  coalesce(owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  activity_date,
  completed_at
FROM crm.activities
WHERE coalesce(owner_user_id, '00000000-0000-0000-0000-000000000000') = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[]);
COMMENT ON VIEW mart.activities_own IS 'The activities of the people whose activities whoever asks may see.';

CREATE VIEW mart.activities_all AS
SELECT
  id AS activity_id,
  created_at,
  activity_type::text AS activity_type,
  nullif(btrim(subject), '') AS subject,
  coalesce(owner_user_id, '00000000-0000-0000-0000-000000000000') AS owner_user_id,
  activity_date,
  completed_at
FROM crm.activities
WHERE (SELECT crm.sees_all_rows('report:conversations'));
COMMENT ON VIEW mart.activities_all IS 'All activities, where whoever asks may see all; otherwise none.';

CREATE VIEW mart.activities_visible AS
SELECT * FROM mart.activities_all
UNION ALL
SELECT * FROM mart.activities_own WHERE NOT (SELECT crm.sees_all_rows('report:conversations'));
COMMENT ON VIEW mart.activities_visible IS 'The activities that whoever asks may see.';

CREATE VIEW reporting.activities WITH (security_barrier) AS
SELECT
  activities.activity_id,
  activities.activity_type,
  coalesce(activities.subject, '(no subject)') AS subject,
  activities.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  people.team_id,
  coalesce(people.team_name, '(none)') AS team_name,
  activities.activity_date AS activity_at,
  (activities.activity_date AT TIME ZONE (SELECT ops.business_time_zone()))::date AS activity_on,
  activities.completed_at IS NOT NULL AS is_completed,
  activities.completed_at,
  activities.created_at
FROM mart.activities_visible AS activities
LEFT JOIN mart.people ON people.user_id = activities.owner_user_id;
GRANT SELECT ON reporting.activities TO tidemark_reader;
SELECT mart.add_page_views('activities');

COMMENT ON VIEW reporting.activities IS
  'Calls, e-mails, meetings, tasks and notes. One row per activity; unique by activity_id, created_at. Live: a committed change is in the '
  'next read.';
COMMENT ON COLUMN reporting.activities.activity_id IS 'Key of the activity.';
COMMENT ON COLUMN reporting.activities.activity_type IS 'Call, Email, Meeting, Task or Note.';
COMMENT ON COLUMN reporting.activities.subject IS 'What it is about, as written down; (no subject) where that is blank.';
COMMENT ON COLUMN reporting.activities.owner_user_id IS
  'Person who owns it; 00000000-0000-0000-0000-000000000000 where nobody does.';
COMMENT ON COLUMN reporting.activities.owner_name IS 'Name of the owner; (none) where nobody owns it.';
COMMENT ON COLUMN reporting.activities.team_id IS 'Team that the owner is in today; NULL: in none.';
COMMENT ON COLUMN reporting.activities.team_name IS 'Name of that team; (none) where there is none.';
COMMENT ON COLUMN reporting.activities.activity_at IS 'When it took place or, while planned, is due.';
COMMENT ON COLUMN reporting.activities.activity_on IS 'Day of activity_at in the business time zone.';
COMMENT ON COLUMN reporting.activities.is_completed IS 'Whether it is completed.';
COMMENT ON COLUMN reporting.activities.completed_at IS 'When it was completed; NULL while it is planned.';
COMMENT ON COLUMN reporting.activities.created_at IS 'When it was written down.';

-- As with calls: @@ is not leakproof, and no index gives the newest activities through a barrier.
CREATE FUNCTION reporting.activities_found(
  words text DEFAULT NULL,
  types text[] DEFAULT NULL,
  is_completed boolean DEFAULT NULL,
  owners uuid[] DEFAULT NULL,
  from_at timestamptz DEFAULT NULL,
  until_at timestamptz DEFAULT NULL,
  newest integer DEFAULT NULL
)
RETURNS TABLE (
  activity_id uuid, created_at timestamptz, activity_type text, subject text, owner_user_id uuid, activity_at timestamptz, completed_at timestamptz
)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wanted tsquery := websearch_to_tsquery('pg_catalog.english', words);
  sees_all boolean := crm.sees_all_rows('report:conversations');
  visible uuid[] := CASE WHEN NOT sees_all THEN crm.visible_user_ids('report:conversations') END;
  nobody constant uuid := '00000000-0000-0000-0000-000000000000';
  asked uuid[] := CASE
    WHEN sees_all THEN owners
    WHEN owners IS NULL THEN visible
    ELSE ARRAY(SELECT unnest(owners) INTERSECT SELECT unnest(visible))
  END;
  -- $1 to $6 stand for what follows USING.
  conditions text[] := array_remove(ARRAY[
    -- Nobody's are NULL in the index: asked for only where they are wanted, and by whoever sees all.
    CASE WHEN asked IS NOT NULL AND nobody = ANY (asked) AND sees_all THEN
      '(activities.owner_user_id = ANY ($1) OR activities.owner_user_id IS NULL)'
    WHEN asked IS NOT NULL THEN 'activities.owner_user_id = ANY ($1)' END,
    CASE WHEN wanted IS NOT NULL THEN 'activities.notes_tsv @@ $2' END,
    CASE WHEN types IS NOT NULL THEN 'activities.activity_type = ANY ($3::crm.activity_type[])' END,
    CASE is_completed
      WHEN true THEN 'activities.completed_at IS NOT NULL'
      WHEN false THEN 'activities.completed_at IS NULL'
    END,
    CASE WHEN from_at IS NOT NULL THEN 'activities.activity_date >= $4' END,
    CASE WHEN until_at IS NOT NULL THEN 'activities.activity_date < $5' END
  ], NULL);
  query text;
  in_order text;
BEGIN
  -- Words too common to be searched, or only such as must not be there, which no index leads to.
  IF querytree(wanted) IN ('', 'T') THEN
    RETURN;
  END IF;
  query := format(
    'SELECT
       activities.id, activities.created_at, activities.activity_type::text, coalesce(nullif(btrim(activities.subject), ''''), ''(no subject)''),
       coalesce(activities.owner_user_id, $6), activities.activity_date, activities.completed_at
     FROM crm.activities
     WHERE %s',
    coalesce(nullif(array_to_string(conditions, ' AND '), ''), 'true')
  );
  IF newest IS NOT NULL THEN
    in_order := format('ORDER BY activity_date DESC, id LIMIT %s', newest);
    query := CASE
      WHEN words IS NULL THEN query || ' ' || in_order
      -- How common words are the planner may not know: few are put in order, many are met from the newest on.
      ELSE format(
        'WITH hits AS MATERIALIZED (%1$s),
         few AS MATERIALIZED (SELECT * FROM hits LIMIT 2001)
         (SELECT * FROM few WHERE (SELECT count(*) FROM few) <= 2000 %2$s)
         UNION ALL
         SELECT * FROM (%1$s %2$s) AS newest WHERE (SELECT count(*) FROM few) > 2000',
        query, in_order
      )
    END;
  END IF;
  RETURN QUERY EXECUTE query USING asked, wanted, types, from_at, until_at, nobody;
END
$$;
GRANT EXECUTE ON FUNCTION reporting.activities_found(text, text[], boolean, uuid[], timestamptz, timestamptz, integer) TO tidemark_reader;
COMMENT ON FUNCTION reporting.activities_found(text, text[], boolean, uuid[], timestamptz, timestamptz, integer) IS
  'The activities that one may see for which all of these hold, as far as they are given: words in the notes ("one after the other", one '
  'or another, -without); one of these types; completed or not; one of these owners; dated between two instants. Only as many of the '
  'newest as asked for, where that is. None where nothing in the words can be searched.';

CREATE FUNCTION reporting.activity_excerpt(activity_id uuid, created_at timestamptz, words text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT ts_headline(
      'pg_catalog.english', activities.notes, websearch_to_tsquery('pg_catalog.english', words),
      'StartSel=«, StopSel=», MaxFragments=2, MaxWords=16, MinWords=6, FragmentDelimiter=" … "'
    )
    FROM crm.activities
    WHERE activities.id = activity_excerpt.activity_id
      AND activities.created_at = activity_excerpt.created_at
      AND (
        (SELECT crm.sees_all_rows('report:conversations'))
        OR activities.owner_user_id = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[])
      )
  );
END
$$;
GRANT EXECUTE ON FUNCTION reporting.activity_excerpt(uuid, timestamptz, text) TO tidemark_reader;
COMMENT ON FUNCTION reporting.activity_excerpt(uuid, timestamptz, text) IS
  'What the notes of an activity that one may see say around these words, with the words in « and »; NULL where there are none.';

INSERT INTO mart.function_sources (function_name, source)
VALUES
  ('activities_found', 'crm.activities'),
  ('activity_excerpt', 'crm.activities');

-- Down Migration

DELETE FROM mart.function_sources WHERE function_name IN ('activities_found', 'activity_excerpt');
DROP FUNCTION reporting.activity_excerpt(uuid, timestamptz, text);
DROP FUNCTION reporting.activities_found(text, text[], boolean, uuid[], timestamptz, timestamptz, integer);
SELECT mart.drop_page_views('activities');
DROP VIEW reporting.activities;
DROP VIEW mart.activities_visible;
DROP VIEW mart.activities_own;
DROP VIEW mart.activities_all;
DROP INDEX mart.rep_daily_activities_day_idx;
CREATE INDEX rep_daily_activities_day_idx ON mart.rep_daily_activities (activity_on);
SELECT mart.drop_page_views('activity_days');
DROP VIEW reporting.activity_days;
SELECT mart.remove_rollup('activity_days');
DROP INDEX crm.activities_activity_date_idx;
