-- Up Migration

CREATE TABLE crm.annotations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  day_on date NOT NULL,
  note text NOT NULL CHECK (note = btrim(note) AND length(note) BETWEEN 1 AND 200),
  visibility text NOT NULL CHECK (visibility IN ('everyone', 'team', 'author')),
  author_user_id uuid NOT NULL REFERENCES crm.users (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE crm.annotations IS 'One row per note on a day, for charts over time to show.';
COMMENT ON COLUMN crm.annotations.day_on IS 'The day that it is about: a calendar day in no time zone.';
COMMENT ON COLUMN crm.annotations.visibility IS
  'Who reads it: everyone who may open a report, the author''s team, or the author alone.';
CREATE INDEX annotations_day_on_idx ON crm.annotations (day_on);
CREATE INDEX annotations_author_user_id_idx ON crm.annotations (author_user_id);
-- What is free text is not sampled, because estimates show samples to everybody.
ALTER TABLE crm.annotations ALTER COLUMN note SET STATISTICS 0;
CREATE TRIGGER set_updated_at BEFORE UPDATE ON crm.annotations FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

CREATE FUNCTION crm.annotation_author_ids(visibility text) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  viewer text := crm.viewer();
BEGIN
  IF viewer IS NULL OR viewer = '*'
    OR NOT crm.permissions_of(viewer::uuid) && '{report:view_own,report:view_team,report:view_all}'
  THEN
    RETURN '{}';
  END IF;
  IF visibility = 'author' THEN
    RETURN ARRAY[viewer::uuid];
  END IF;
  RETURN ARRAY(
    SELECT teammates.id
    FROM crm.users AS viewing
    JOIN crm.users AS teammates ON teammates.id = viewing.id OR teammates.team_id = viewing.team_id
    WHERE viewing.id = viewer::uuid AND visibility = 'team'
  );
END
$$;
COMMENT ON FUNCTION crm.annotation_author_ids(text) IS
  'Whose notes whoever asks may read that are for the author alone (author) or for the author''s team (team): their own, and those of who '
  'is in their team now. None for who may open no report, nor for a service: these notes are between people.';
-- A policy asks it with the rights of whoever reads. It tells people about themselves only.
GRANT EXECUTE ON FUNCTION crm.annotation_author_ids(text) TO PUBLIC;

CREATE VIEW reporting.annotations WITH (security_barrier) AS
SELECT
  annotations.id AS annotation_id,
  annotations.day_on,
  annotations.note,
  annotations.visibility,
  annotations.author_user_id,
  people.name AS author_name,
  annotations.created_at
FROM crm.annotations
LEFT JOIN mart.people ON people.user_id = annotations.author_user_id
WHERE (
    annotations.visibility = 'everyone'
    AND (
      (SELECT crm.may('report:view_own')) OR (SELECT crm.may('report:view_team')) OR (SELECT crm.may('report:view_all'))
    )
  )
  OR (
    annotations.visibility = 'team'
    AND annotations.author_user_id = ANY ((SELECT crm.annotation_author_ids('team'))::uuid[])
  )
  OR (
    annotations.visibility = 'author'
    AND annotations.author_user_id = ANY ((SELECT crm.annotation_author_ids('author'))::uuid[])
  );
GRANT SELECT ON reporting.annotations TO tidemark_reader;

COMMENT ON VIEW reporting.annotations IS
  'Notes on days that one may read: those for everyone, for one''s team, and one''s own. One row per note; unique by annotation_id. Live: a '
  'committed change is in the next read.';
COMMENT ON COLUMN reporting.annotations.annotation_id IS 'Key of the note.';
COMMENT ON COLUMN reporting.annotations.day_on IS 'The day that it is about: a calendar day in no time zone.';
COMMENT ON COLUMN reporting.annotations.note IS 'What it says.';
COMMENT ON COLUMN reporting.annotations.visibility IS 'Who reads it: everyone who may open a report, the author''s team (team), or the author alone (author).';
COMMENT ON COLUMN reporting.annotations.author_user_id IS 'Who wrote it.';
COMMENT ON COLUMN reporting.annotations.author_name IS 'Name of that person.';
COMMENT ON COLUMN reporting.annotations.created_at IS 'When it was written.';

ALTER TABLE crm.annotations ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible_rows ON crm.annotations FOR SELECT USING (
  (
    visibility = 'everyone'
    AND (
      (SELECT crm.may('report:view_own')) OR (SELECT crm.may('report:view_team')) OR (SELECT crm.may('report:view_all'))
    )
  )
  OR (visibility = 'team' AND author_user_id = ANY ((SELECT crm.annotation_author_ids('team'))::uuid[]))
  OR (visibility = 'author' AND author_user_id = ANY ((SELECT crm.annotation_author_ids('author'))::uuid[]))
);

-- A page that shows notes is another one when they change.
SELECT mart.capture_changes('crm.annotations', '{id}');
-- Whose notes they are is not a matter of the data: an answer is kept with the scope of whoever asks, and a change of teams is counted.
DO $$
DECLARE
  definition text := pg_get_functiondef('mart.sources_behind(regclass[])'::regprocedure);
  changed text := replace(definition, '''crm.may''::regproc', '''crm.may''::regproc, ''crm.annotation_author_ids''::regproc');
BEGIN
  ASSERT changed <> definition, 'mart.sources_behind names crm.may no more';
  EXECUTE changed;
END
$$;

-- Down Migration

DO $$
BEGIN
  EXECUTE replace(
    pg_get_functiondef('mart.sources_behind(regclass[])'::regprocedure), ', ''crm.annotation_author_ids''::regproc', ''
  );
END
$$;
DELETE FROM mart.captured_tables WHERE source = 'crm.annotations'::regclass;
DROP VIEW reporting.annotations;
DROP TABLE crm.annotations;
DROP FUNCTION mart.log_annotations();
DROP TABLE mart.annotations_log;
DROP FUNCTION crm.annotation_author_ids(text);
