-- Up Migration

CREATE TABLE ops.audit_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL,
  actor_user_id uuid,
  actor_name text NOT NULL,
  means text NOT NULL,
  address text,
  subject text,
  details jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE ops.audit_events IS 'One row per thing that somebody may be asked about later. Rows are only ever added.';
COMMENT ON COLUMN ops.audit_events.kind IS 'What happened, such as sign_in or export.';
COMMENT ON COLUMN ops.audit_events.actor_user_id IS 'Who did it, also when they are gone; NULL: the operator, a service, or somebody unknown.';
COMMENT ON COLUMN ops.audit_events.actor_name IS 'What they were called then.';
COMMENT ON COLUMN ops.audit_events.means IS 'session, token, cli or none.';
COMMENT ON COLUMN ops.audit_events.address IS 'Network address that it came from; NULL: this machine''s command line.';
COMMENT ON COLUMN ops.audit_events.subject IS 'What or whom it is about.';
COMMENT ON COLUMN ops.audit_events.details IS 'The rest, by kind. No secrets, and no rows of reports.';
CREATE INDEX audit_events_occurred_at_idx ON ops.audit_events (occurred_at);
CREATE INDEX audit_events_actor_user_id_idx ON ops.audit_events (actor_user_id, occurred_at);
CREATE INDEX audit_events_kind_idx ON ops.audit_events (kind, id);

CREATE FUNCTION ops.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'rows of %.% are only ever added', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
COMMENT ON FUNCTION ops.refuse_change() IS 'Trigger: fails. For tables whose rows stay as they were written.';
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ops.audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION ops.refuse_change();

-- Down Migration

DROP TABLE ops.audit_events;
DROP FUNCTION ops.refuse_change();
