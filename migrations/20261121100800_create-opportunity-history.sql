-- Up Migration

CREATE TABLE crm.opportunity_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  opportunity_id uuid NOT NULL REFERENCES crm.opportunities (id) ON DELETE CASCADE,
  changed_at timestamptz NOT NULL,
  -- People and owners are kept as they were, also when the user is gone: no foreign keys here.
  changed_by_user_id uuid,
  from_stage crm.opportunity_stage,
  to_stage crm.opportunity_stage NOT NULL,
  from_amount numeric(19, 4),
  to_amount numeric(19, 4),
  from_close_date date,
  to_close_date date,
  from_probability numeric(5, 4),
  to_probability numeric(5, 4),
  from_owner_user_id uuid,
  to_owner_user_id uuid,
  recorded_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE crm.opportunity_history IS
  'One row per change of a deal''s stage, amount, close date, probability or owner; the first has no from_stage. Written by trigger.';
COMMENT ON COLUMN crm.opportunity_history.changed_at IS
  'When it happened: stage_changed_at where the stage changed, which an import can set; otherwise the time of the change.';
COMMENT ON COLUMN crm.opportunity_history.recorded_at IS 'When the row was written.';

CREATE INDEX opportunity_history_opportunity_id_idx ON crm.opportunity_history (opportunity_id, changed_at);
CREATE INDEX opportunity_history_changed_at_idx ON crm.opportunity_history (changed_at);

CREATE FUNCTION crm.current_user_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  -- A transaction-local setting reads as '' afterwards, not as NULL.
  SELECT nullif(current_setting('tidemark.user_id', true), '')::uuid
$$;
COMMENT ON FUNCTION crm.current_user_id() IS 'Person on whose behalf the service writes, for the history; NULL when nobody is named.';

-- Statement triggers with transition tables: one insert however many deals a statement touches.
CREATE FUNCTION crm.record_new_opportunities() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO crm.opportunity_history (
    opportunity_id, changed_at, changed_by_user_id,
    to_stage, to_amount, to_close_date, to_probability, to_owner_user_id
  )
  SELECT
    id, stage_changed_at, crm.current_user_id(),
    stage, amount, close_date, probability, owner_user_id
  FROM new_rows;
  RETURN NULL;
END
$$;
CREATE TRIGGER record_new_opportunities AFTER INSERT ON crm.opportunities
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION crm.record_new_opportunities();

CREATE FUNCTION crm.record_changed_opportunities() RETURNS trigger
-- The plan is kept from a session's first statement, which may touch one row: a nested loop would be quadratic later.
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off
AS $$
BEGIN
  INSERT INTO crm.opportunity_history (
    opportunity_id, changed_at, changed_by_user_id,
    from_stage, to_stage, from_amount, to_amount, from_close_date, to_close_date,
    from_probability, to_probability, from_owner_user_id, to_owner_user_id
  )
  SELECT
    new_rows.id,
    CASE WHEN new_rows.stage <> old_rows.stage THEN new_rows.stage_changed_at ELSE now() END,
    crm.current_user_id(),
    old_rows.stage, new_rows.stage,
    old_rows.amount, new_rows.amount,
    old_rows.close_date, new_rows.close_date,
    old_rows.probability, new_rows.probability,
    old_rows.owner_user_id, new_rows.owner_user_id
  FROM new_rows
  JOIN old_rows USING (id)
  WHERE (new_rows.stage, new_rows.amount, new_rows.close_date, new_rows.probability, new_rows.owner_user_id)
    IS DISTINCT FROM
    (old_rows.stage, old_rows.amount, old_rows.close_date, old_rows.probability, old_rows.owner_user_id);
  RETURN NULL;
END
$$;
CREATE TRIGGER record_changed_opportunities AFTER UPDATE ON crm.opportunities
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION crm.record_changed_opportunities();

-- Down Migration

DROP TRIGGER record_changed_opportunities ON crm.opportunities;
DROP TRIGGER record_new_opportunities ON crm.opportunities;
DROP FUNCTION crm.record_changed_opportunities();
DROP FUNCTION crm.record_new_opportunities();
DROP FUNCTION crm.current_user_id();
DROP TABLE crm.opportunity_history;
