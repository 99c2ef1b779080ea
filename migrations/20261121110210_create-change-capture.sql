-- Up Migration

-- What every writer does for the live marts: one statement trigger per table writes down which rows a statement touched.
-- The logs are shared by all marts, so that a writer pays once, however many marts read the table; and they hold the
-- keys of the table itself: which rows of a mart these concern is asked when the mart is read or folded, in the
-- reader's own snapshot. Asked by the writer, the answer could miss what another transaction is about to commit.

CREATE FUNCTION mart.system_identifier() RETURNS bigint
-- Every read of a live mart asks it: PL/pgSQL keeps the plan.
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (SELECT system_identifier FROM pg_control_system());
END
$$;
COMMENT ON FUNCTION mart.system_identifier() IS 'Which cluster this is.';

CREATE TABLE mart.captured_tables (
  source regclass PRIMARY KEY,
  log regclass UNIQUE,
  watched text[],
  change_count bigint NOT NULL DEFAULT 0,
  counted_snapshot pg_snapshot NOT NULL DEFAULT pg_current_snapshot(),
  pruned_below xid8 NOT NULL DEFAULT '0',
  system_identifier bigint NOT NULL DEFAULT mart.system_identifier()
);
COMMENT ON TABLE mart.captured_tables IS 'One row per table whose changes reach the live marts by themselves.';
COMMENT ON COLUMN mart.captured_tables.log IS
  'Where its changes are written down; NULL: only that there was one, which concerns every row of the marts that read it.';
COMMENT ON COLUMN mart.captured_tables.watched IS 'Columns that matter: an update that leaves them alone is not written down. NULL: every update is.';
COMMENT ON COLUMN mart.captured_tables.change_count IS
  'Rows of the log, and resets, that counted_snapshot sees, also those pruned since. '
  'With those that it does not see, the number grows exactly when the table changes.';
COMMENT ON COLUMN mart.captured_tables.pruned_below IS
  'Rows of the log of earlier transactions than this one are pruned. The log is scanned from here on, however long vacuum has to keep '
  'their remains.';
COMMENT ON COLUMN mart.captured_tables.system_identifier IS
  'Cluster that counted the transactions of counted_snapshot. In a copy restored elsewhere they mean nothing: what there is counts anew.';

CREATE TABLE mart.resets (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  source regclass NOT NULL
)
WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);
COMMENT ON TABLE mart.resets IS
  'One row per change that may concern every row of a mart: a TRUNCATE, a stage redefined, another business zone.';
COMMENT ON COLUMN mart.resets.xid IS 'Transaction that made the change.';
COMMENT ON COLUMN mart.resets.source IS 'Table that it changed.';

CREATE FUNCTION mart.record_reset() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO mart.resets (source) VALUES (TG_RELID);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION mart.record_reset() IS 'Trigger: every row of the marts that read this table may have changed.';

CREATE FUNCTION mart.capture_resets(source regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  INSERT INTO mart.captured_tables (source) VALUES (capture_resets.source) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- Row by row, and only where the row differs: the service writes the settings that it already has at every start.
  EXECUTE format('CREATE TRIGGER record_reset AFTER INSERT OR DELETE ON %s
    FOR EACH ROW EXECUTE FUNCTION mart.record_reset()', source);
  EXECUTE format('CREATE TRIGGER record_reset_on_update AFTER UPDATE ON %s
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION mart.record_reset()', source);
  EXECUTE format('CREATE TRIGGER record_reset_on_truncate AFTER TRUNCATE ON %s
    EXECUTE FUNCTION mart.record_reset()', source);
END
$$;
COMMENT ON FUNCTION mart.capture_resets(regclass) IS
  'For a small table that every row of a mart depends on: any change of it calls for a full refresh. Again: no effect.';

CREATE FUNCTION mart.capture_changes(source regclass, columns text[], watched text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  relation name := (SELECT relname FROM pg_catalog.pg_class WHERE oid = source);
  log_name text := format('mart.%I', relation || '_log');
  log_columns text[];
  watched_columns text[];
  identity text[];
  list text;
  body text;
BEGIN
  IF to_regclass(log_name) IS NULL THEN
    -- No constraint that one writer could wait for another in. Its end is never cut off, which would lock writers out.
    EXECUTE format('CREATE TABLE %s (xid xid8 NOT NULL DEFAULT pg_current_xact_id())
      WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, vacuum_truncate = off)', log_name);
    EXECUTE format('CREATE INDEX ON %s (xid)', log_name);
    EXECUTE format('COMMENT ON TABLE %s IS %L', log_name,
      format('One row per transaction and row of %s that it touched, as it was and as it is; pruned once every mart has it.', source));
    EXECUTE format('COMMENT ON COLUMN %s.xid IS %L', log_name, 'Transaction that touched it.');
    INSERT INTO mart.captured_tables (source, log, watched)
    VALUES (
      capture_changes.source, log_name::regclass,
      CASE WHEN capture_changes.watched IS NOT NULL THEN columns || capture_changes.watched END
    );
  ELSE
    -- What matters to one mart matters to all.
    UPDATE mart.captured_tables AS captured
    SET watched = ARRAY(SELECT DISTINCT unnest(captured.watched || columns || capture_changes.watched) ORDER BY 1)
    WHERE captured.source = capture_changes.source AND captured.watched IS NOT NULL;
    UPDATE mart.captured_tables AS captured
    SET watched = NULL
    WHERE captured.source = capture_changes.source AND capture_changes.watched IS NULL;
  END IF;

  -- A later mart may need another column: rows written before have none, and are older than that mart.
  FOR list IN
    SELECT format('ALTER TABLE %s ADD COLUMN %I %s', log_name, attname, format_type(atttypid, NULL))
    FROM pg_catalog.pg_attribute AS wanted
    WHERE attrelid = source
      AND attname = ANY (columns)
      AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_attribute AS present
        WHERE present.attrelid = log_name::regclass AND present.attname = wanted.attname
      )
    ORDER BY array_position(columns, attname::text)
  LOOP
    EXECUTE list;
  END LOOP;

  SELECT array_agg(quote_ident(attname) ORDER BY attnum)
  INTO log_columns
  FROM pg_catalog.pg_attribute
  WHERE attrelid = log_name::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'xid';
  list := array_to_string(log_columns, ', ');
  SELECT ARRAY(SELECT quote_ident(name) FROM unnest(captured.watched) AS name)
  INTO watched_columns
  FROM mart.captured_tables AS captured
  WHERE captured.source = capture_changes.source AND captured.watched IS NOT NULL;
  SELECT array_agg(quote_ident(attname))
  INTO identity
  FROM pg_catalog.pg_index
  JOIN pg_catalog.pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
  WHERE indrelid = source AND indisprimary;

  -- Old and new side both: a row that moves from one group of a mart to another concerns both. Where only some columns
  -- matter, what is the same on both sides cancels out, without a join: compared with the primary key, or two rows that
  -- change places would cancel each other out.
  body := CASE
    WHEN watched_columns IS NULL THEN format('SELECT %1$s FROM old_rows UNION SELECT %1$s FROM new_rows', list)
    ELSE format(
      'SELECT DISTINCT %1$s FROM (
        (SELECT %2$s FROM old_rows EXCEPT SELECT %2$s FROM new_rows)
        UNION ALL
        (SELECT %2$s FROM new_rows EXCEPT SELECT %2$s FROM old_rows)
      ) AS changed',
      list,
      (SELECT string_agg(DISTINCT name, ', ') FROM unnest(log_columns || watched_columns || identity) AS name))
  END;
  EXECUTE format($function$
    CREATE OR REPLACE FUNCTION mart.%1$I() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $body$
    BEGIN
      IF TG_OP = 'INSERT' THEN
        INSERT INTO %2$s (%3$s) SELECT DISTINCT %3$s FROM new_rows;
      ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO %2$s (%3$s) SELECT DISTINCT %3$s FROM old_rows;
      ELSE
        INSERT INTO %2$s (%3$s) %4$s;
      END IF;
      RETURN NULL;
    END
    $body$
    $function$, 'log_' || relation, log_name, list, body);
  EXECUTE format('COMMENT ON FUNCTION mart.%I() IS %L', 'log_' || relation,
    format('Statement trigger: writes down in %s which rows were touched.', log_name));

  PERFORM mart.add_capture_triggers(source, 'log_' || relation);
  PERFORM mart.add_capture_triggers(relid, 'log_' || relation) FROM pg_partition_tree(source) WHERE level > 0;
END
$$;
COMMENT ON FUNCTION mart.capture_changes(regclass, text[], text[]) IS
  'Writes down in mart.<table>_log which rows of a table are touched: the given columns, old and new. With watched columns, '
  'an update counts only where one of them or of the given ones differs. Called again, it adds columns.';

CREATE FUNCTION mart.add_capture_triggers(source regclass, function_name name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE TRIGGER capture_inserts AFTER INSERT ON %s
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mart.%I()', source, function_name);
  EXECUTE format('CREATE OR REPLACE TRIGGER capture_updates AFTER UPDATE ON %s
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION mart.%I()', source, function_name);
  EXECUTE format('CREATE OR REPLACE TRIGGER capture_deletes AFTER DELETE ON %s
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION mart.%I()', source, function_name);
  EXECUTE format('CREATE OR REPLACE TRIGGER capture_truncates AFTER TRUNCATE ON %s
    EXECUTE FUNCTION mart.record_reset()', source);
END
$$;
COMMENT ON FUNCTION mart.add_capture_triggers(regclass, name) IS
  'The four triggers of a captured table, or of one of its partitions: a parent''s do not fire for rows written straight into a partition.';

-- Down Migration

-- The triggers go with their functions, which come with the marts that need them.
DO $$
DECLARE
  routine regprocedure;
BEGIN
  FOR routine IN
    SELECT DISTINCT tgfoid::regprocedure FROM pg_trigger
    JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE pronamespace = 'mart'::regnamespace
  LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', routine);
  END LOOP;
END
$$;
DO $$
DECLARE
  log regclass;
BEGIN
  FOR log IN SELECT captured.log FROM mart.captured_tables AS captured WHERE captured.log IS NOT NULL LOOP
    EXECUTE format('DROP TABLE %s', log);
  END LOOP;
END
$$;
DROP FUNCTION mart.add_capture_triggers(regclass, name);
DROP FUNCTION mart.capture_changes(regclass, text[], text[]);
DROP FUNCTION mart.capture_resets(regclass);
DROP TABLE mart.resets;
DROP TABLE mart.captured_tables;
DROP FUNCTION mart.system_identifier();
