-- Up Migration

-- A live mart is a materialized view with smaller, fresher layers over it: rows recomputed since its last refresh (the
-- delta), and rows recomputed by the reader for what changed since the last fold. docs/live-marts.md explains it.

CREATE TABLE mart.live_marts (
  mart text PRIMARY KEY,
  key_columns text[] NOT NULL,
  sources regclass[] NOT NULL
);
COMMENT ON TABLE mart.live_marts IS 'One row per materialized view with live layers over it.';
COMMENT ON COLUMN mart.live_marts.key_columns IS 'Columns by which its rows are recomputed: those that share them, together.';
COMMENT ON COLUMN mart.live_marts.sources IS 'Tables that its definition reads.';

CREATE TABLE mart.layers (
  mart text NOT NULL REFERENCES mart.live_marts ON DELETE CASCADE,
  layer text NOT NULL CHECK (layer IN ('base', 'delta')),
  fold_no bigint NOT NULL,
  snapshot pg_snapshot NOT NULL,
  taken_at timestamptz NOT NULL,
  system_identifier bigint NOT NULL,
  layout text[],
  PRIMARY KEY (mart, layer)
)
WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
COMMENT ON TABLE mart.layers IS 'One row per live mart and layer: what the layer is of. A mart without rows was never filled.';
COMMENT ON COLUMN mart.layers.layer IS 'base: the materialized view; delta: the rows folded since.';
COMMENT ON COLUMN mart.layers.fold_no IS
  'delta: number of the last fold; base: the last fold before the refresh. Rows of later folds lie on top of the base.';
COMMENT ON COLUMN mart.layers.snapshot IS 'What it sees is in the layer.';
COMMENT ON COLUMN mart.layers.taken_at IS 'When the snapshot was taken.';
COMMENT ON COLUMN mart.layers.system_identifier IS
  'Cluster that counted the transactions of the snapshot. In a copy restored elsewhere they mean nothing, and the mart starts anew.';
COMMENT ON COLUMN mart.layers.layout IS
  'base: the captured partitions of its tables, by mart.partition_layout(); NULL where none is partitioned.';

CREATE VIEW mart.positions AS
SELECT DISTINCT ON (mart) mart, layer, snapshot, xmax, running, taken_at
FROM mart.layers
CROSS JOIN LATERAL (
  SELECT pg_snapshot_xmax(snapshot) AS xmax, ARRAY(SELECT pg_snapshot_xip(snapshot)) AS running
) AS parts
-- Of two snapshots the newer has the higher end; with the same one, fewer transactions still running.
ORDER BY mart, xmax DESC, cardinality(running);
COMMENT ON VIEW mart.positions IS
  'One row per live mart that was filled; unique by mart. Its newest layer: changes that this one does not see are not folded yet.';
COMMENT ON COLUMN mart.positions.mart IS 'Name of the mart.';
COMMENT ON COLUMN mart.positions.layer IS 'The newest layer.';
COMMENT ON COLUMN mart.positions.snapshot IS 'Its snapshot.';
COMMENT ON COLUMN mart.positions.xmax IS 'Transactions from this one on are not in it,';
COMMENT ON COLUMN mart.positions.running IS 'nor these earlier ones, which were still running. With the two, an index finds what is not folded.';
COMMENT ON COLUMN mart.positions.taken_at IS 'When it was taken.';

CREATE FUNCTION mart.is_reset(mart text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN NOT EXISTS (
    SELECT FROM mart.layers AS base
    WHERE base.mart = is_reset.mart
      AND base.layer = 'base'
      AND base.system_identifier = mart.system_identifier()
      AND NOT EXISTS (
        SELECT FROM mart.resets
        JOIN mart.live_marts AS live ON live.mart = base.mart AND resets.source = ANY (live.sources)
        WHERE NOT pg_visible_in_snapshot(resets.xid, base.snapshot)
      )
      AND (base.layout IS NULL OR mart.has_layout(
        (SELECT sources FROM mart.live_marts AS live WHERE live.mart = base.mart), base.layout, base.snapshot
      ))
  );
END
$$;
COMMENT ON FUNCTION mart.is_reset(text) IS
  'Whether something has happened since the mart''s last refresh that may concern every row: until the next one, every key counts as changed.';

CREATE FUNCTION mart.note_layer(mart text, layer text) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
  INSERT INTO mart.layers (mart, layer, fold_no, snapshot, taken_at, system_identifier, layout)
  SELECT
    note_layer.mart,
    note_layer.layer,
    coalesce((SELECT fold_no FROM mart.layers WHERE layers.mart = note_layer.mart AND layers.layer = 'delta'), 0),
    pg_current_snapshot(),
    now(),
    mart.system_identifier(),
    CASE note_layer.layer WHEN 'base' THEN mart.partition_layout(
      (SELECT sources FROM mart.live_marts AS live WHERE live.mart = note_layer.mart), only_captured => true
    ) END
  ON CONFLICT (mart, layer) DO UPDATE SET
    fold_no = EXCLUDED.fold_no,
    snapshot = EXCLUDED.snapshot,
    taken_at = EXCLUDED.taken_at,
    system_identifier = EXCLUDED.system_identifier,
    layout = EXCLUDED.layout;

  -- The folds of another cluster, from which this copy was restored: their transactions are not those of this one.
  UPDATE mart.layers
  SET snapshot = pg_current_snapshot(), taken_at = now(), system_identifier = mart.system_identifier()
  WHERE layers.mart = note_layer.mart AND system_identifier <> mart.system_identifier();
$$;
COMMENT ON FUNCTION mart.note_layer(text, text) IS
  'Says that a layer is of the snapshot of this transaction. For base: in the REPEATABLE READ transaction of the refresh, whose '
  'snapshot was taken while no fold was under way. For delta: before the first fill, so that changes from here on are kept.';

-- A parsed body has its names from here, and without SET the planner takes it apart: it finds what is asked for by index.
CREATE FUNCTION mart.reads_of(reader_kind regclass, reader oid)
RETURNS TABLE (kind regclass, oid oid, column_no integer)
LANGUAGE sql STABLE
BEGIN ATOMIC
  -- What a view reads hangs on its rule for SELECT,
  SELECT dependency.refclassid::regclass, dependency.refobjid, dependency.refobjsubid
  FROM pg_catalog.pg_rewrite AS rule
  JOIN pg_catalog.pg_depend AS dependency
    ON dependency.classid = 'pg_catalog.pg_rewrite'::regclass AND dependency.objid = rule.oid
  WHERE reader_kind = 'pg_catalog.pg_class'::regclass
    AND rule.ev_class = reader
    AND rule.ev_type = '1'
    AND dependency.refclassid IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass)
    AND dependency.refobjid <> rule.ev_class
  UNION ALL
  -- and what a function reads, on the function, where its body was parsed when it was made.
  SELECT dependency.refclassid::regclass, dependency.refobjid, dependency.refobjsubid
  FROM pg_catalog.pg_depend AS dependency
  WHERE reader_kind = 'pg_catalog.pg_proc'::regclass
    AND dependency.classid = reader_kind
    AND dependency.objid = reader
    AND dependency.refclassid IN ('pg_catalog.pg_class'::regclass, 'pg_catalog.pg_proc'::regclass);
END;
COMMENT ON FUNCTION mart.reads_of(regclass, oid) IS
  'What a relation (reader_kind pg_class) or a function (pg_proc) reads directly: relations, with the number of each column that it '
  'uses, 0 for the relation itself; and functions. Tables read nothing, nor does a function whose body is only parsed when it runs.';

CREATE FUNCTION mart.columns_behind(view regclass) RETURNS TABLE (source regclass, column_name text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  WITH RECURSIVE reached AS (
    SELECT 'pg_class'::regclass AS kind, columns_behind.view::oid AS oid, 0 AS column_no
    UNION
    SELECT reads.kind, reads.oid, reads.column_no
    FROM reached
    CROSS JOIN LATERAL mart.reads_of(reached.kind, reached.oid) AS reads
  )
  SELECT DISTINCT class.oid::regclass, attribute.attname::text
  FROM reached
  JOIN pg_class AS class ON reached.kind = 'pg_class'::regclass AND class.oid = reached.oid
  LEFT JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum = nullif(reached.column_no, 0)
  WHERE class.relkind IN ('r', 'p')
    AND class.relnamespace NOT IN ('mart'::regnamespace, 'pg_catalog'::regnamespace)
$$;
COMMENT ON FUNCTION mart.columns_behind(regclass) IS
  'The tables that a view reads, through views and functions, with the columns that it uses; NULL stands for the table itself.';

CREATE FUNCTION mart.tables_behind(view regclass) RETURNS regclass[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT coalesce(array_agg(DISTINCT source), '{}') FROM mart.columns_behind(tables_behind.view)
$$;
COMMENT ON FUNCTION mart.tables_behind(regclass) IS 'The tables that a view reads, through views and functions.';

CREATE FUNCTION mart.kept_changes(mart text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept jsonb := nullif(current_setting('tidemark.changes_' || mart, true), '');
BEGIN
  -- What was kept is right for its snapshot, while nothing is written; and anybody could write anything into the setting.
  IF kept ->> 0 = pg_current_snapshot()::text
    AND current_setting('transaction_read_only') = 'on'
    AND pg_has_role(session_user, current_user, 'MEMBER')
  THEN
    RETURN kept;
  END IF;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION mart.kept_changes(text) IS
  'What reporting.keep_changes kept of a mart in this snapshot: the snapshot, then an array for each key column; NULL: nothing.';

CREATE FUNCTION reporting.keep_changes(marts text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  -- More than these are faster found than read.
  most constant integer := 10000;
  live mart.live_marts;
  kept jsonb;
BEGIN
  IF current_setting('transaction_read_only') = 'off' OR NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    RETURN;
  END IF;
  FOR live IN SELECT * FROM mart.live_marts WHERE mart = ANY (marts) LOOP
    EXECUTE format(
      'SELECT CASE WHEN count(*) <= %s THEN jsonb_build_array(pg_current_snapshot()::text, %s) END FROM (SELECT * FROM mart.%I() LIMIT %s) AS changed',
      most, (SELECT string_agg(format('coalesce(array_agg(%I)::text, ''{}'')', name), ', ') FROM unnest(live.key_columns) AS name),
      live.mart || '_changes', most + 1
    )
    INTO kept;
    PERFORM set_config('tidemark.changes_' || live.mart, coalesce(kept::text, ''), true);
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION reporting.keep_changes(text[]) TO tidemark_pages;
COMMENT ON FUNCTION reporting.keep_changes(text[]) IS
  'Finds out once which keys of these marts changed since they were folded, for all reads of this read-only transaction in one '
  'snapshot: a page reads each of its marts several times. Only for the service; without it each read finds out by itself.';

CREATE FUNCTION mart.add_live_layers(mart text, key_columns text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  base regclass := format('mart.%I', mart)::regclass;
  -- Fragments of SQL, by the placeholder that stands for them in the templates below.
  fragments jsonb;
  uncaptured text;
BEGIN
  INSERT INTO mart.live_marts (mart, key_columns, sources)
  VALUES (add_live_layers.mart, add_live_layers.key_columns, mart.tables_behind(format('mart.%I', mart || '_definition')::regclass));

  SELECT string_agg(DISTINCT concat_ws('.', behind.source, behind.column_name), ', ')
  INTO uncaptured
  FROM mart.columns_behind(format('mart.%I', mart || '_definition')::regclass) AS behind
  LEFT JOIN mart.captured_tables AS captured ON captured.source = behind.source
  WHERE captured.source IS NULL OR behind.column_name <> ALL (captured.watched);
  IF uncaptured IS NOT NULL THEN
    RAISE EXCEPTION 'mart % reads what is not captured or not watched: %', mart, uncaptured;
  END IF;

  WITH columns AS (
    SELECT
      attname,
      quote_ident(attname) AS name,
      format_type(atttypid, atttypmod) AS type,
      attnum,
      array_position(key_columns, attname::text) AS key_no
    FROM pg_catalog.pg_attribute
    WHERE attrelid = base AND attnum > 0 AND NOT attisdropped
  )
  SELECT jsonb_build_object(
    '<mart>', quote_literal(mart),
    '<m>', 'mart.' || quote_ident(mart),
    '<m_definition>', 'mart.' || quote_ident(mart || '_definition'),
    '<m_delta>', 'mart.' || quote_ident(mart || '_delta'),
    '<m_delta_keys>', 'mart.' || quote_ident(mart || '_delta_keys'),
    '<m_touched>', 'mart.' || quote_ident(mart || '_touched'),
    '<m_keys>', 'mart.' || quote_ident(mart || '_keys'),
    '<m_changes>', 'mart.' || quote_ident(mart || '_changes'),
    '<m_of>', 'mart.' || quote_ident(mart || '_of'),
    '<m_live>', 'mart.' || quote_ident(mart || '_live'),
    '<keys>', string_agg(name, ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<typed keys>', string_agg(name || ' ' || type, ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<kept keys>', string_agg(format('(kept ->> %s)::%s[]', key_no, type), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<changed.keys>', string_agg('changed.' || name, ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<changed = settled>', string_agg(format('changed.%1$s = settled.%1$s', name), ' AND ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<folded = base>', string_agg(format('folded.%1$s = base.%1$s', name), ' AND ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<definition = keys>', string_agg(format('definition.%s = $%s', name, key_no), ' AND ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<base fold>', format('(SELECT fold_no FROM mart.layers WHERE mart = %L AND layer = ''base'')', mart),
    '<settled.columns>', string_agg('settled.' || name, ', ' ORDER BY attnum),
    '<base.columns>', string_agg('base.' || name, ', ' ORDER BY attnum),
    '<delta.columns>', string_agg('delta.' || name, ', ' ORDER BY attnum),
    -- The keys from what changed, so that a reader's own predicate on them leaves out the others before they are recomputed.
    '<fresh.columns>', string_agg(CASE WHEN key_no IS NULL THEN 'fresh.' ELSE 'changed.' END || name, ', ' ORDER BY attnum),
    '<anything logged>', (
      -- Two questions, each answered by the index; put as one, it would look through the whole log.
      SELECT string_agg(
        format('EXISTS (SELECT FROM %1$s WHERE xid >= folded.xmax) OR EXISTS (SELECT FROM %1$s WHERE xid = ANY (folded.running))', captured.log),
        ' OR '
      )
      FROM mart.captured_tables AS captured
      JOIN mart.live_marts AS live ON captured.source = ANY (live.sources)
      WHERE live.mart = add_live_layers.mart AND captured.log IS NOT NULL
    )
  )
  INTO fragments
  FROM columns;

  PERFORM mart.run_template(fragments, $template$
    CREATE TABLE <m_delta> (LIKE <m> INCLUDING INDEXES, fold_no bigint NOT NULL)
      WITH (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);
    CREATE INDEX ON <m_delta> (fold_no);
    COMMENT ON TABLE <m_delta> IS 'Rows recomputed since the last refresh. Columns as in the materialized view.';
    COMMENT ON COLUMN <m_delta>.fold_no IS 'Fold that recomputed the row.';

    CREATE TABLE <m_delta_keys> (<typed keys>, fold_no bigint NOT NULL)
      WITH (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 1000, vacuum_truncate = off);
    CREATE INDEX ON <m_delta_keys> (<keys>, fold_no);
    CREATE INDEX ON <m_delta_keys> (fold_no);
    COMMENT ON TABLE <m_delta_keys> IS 'One row per key recomputed since the last refresh; one without rows in the delta is a group that vanished.';
    COMMENT ON COLUMN <m_delta_keys>.fold_no IS 'Fold that recomputed it.';
  $template$);

  -- Joins are by index, one key after the other, whatever the statistics of a log say that a minute ago was empty.
  PERFORM mart.run_template(fragments, $template$
    CREATE FUNCTION <m_changes>() RETURNS TABLE (<typed keys>)
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 50
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET jit = off SET max_parallel_workers_per_gather = 0
    -- Planning takes longer than the answer.
    SET plan_cache_mode = force_generic_plan
    AS $body$
    #variable_conflict use_column
    DECLARE
      kept jsonb := mart.kept_changes(<mart>);
      folded record;
    BEGIN
      IF kept IS NOT NULL THEN
        RETURN QUERY SELECT <keys> FROM unnest(<kept keys>) AS kept_keys (<keys>);
        RETURN;
      END IF;
      IF mart.is_reset(<mart>) THEN
        RETURN QUERY
          SELECT <keys> FROM <m> UNION SELECT <keys> FROM <m_delta_keys> UNION SELECT <keys> FROM <m_keys>;
        RETURN;
      END IF;
      SELECT xmax, running INTO folded FROM mart.positions WHERE mart = <mart>;
      IF <anything logged> THEN
        RETURN QUERY
          SELECT DISTINCT <keys> FROM <m_touched> WHERE xid >= folded.xmax OR xid = ANY (folded.running);
      END IF;
    END
    $body$;
    COMMENT ON FUNCTION <m_changes>() IS 'The keys that changed since the last fold: one row per key.';
  $template$);

  IF to_regproc(fragments ->> '<m_of>') IS NULL THEN
    PERFORM mart.run_template(fragments, $template$
      CREATE FUNCTION <m_of>(<typed keys>) RETURNS SETOF <m_definition>
      LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 1
      SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
      SET jit = off SET max_parallel_workers_per_gather = 0
      SET plan_cache_mode = force_generic_plan
      AS $body$
      #variable_conflict use_column
      BEGIN
        RETURN QUERY SELECT definition.* FROM <m_definition> AS definition WHERE <definition = keys>;
      END
      $body$;
      COMMENT ON FUNCTION <m_of>(<typed keys>) IS 'The rows of one key, computed now, by index.';
    $template$);
  END IF;

  PERFORM mart.run_template(fragments, $template$
    CREATE VIEW <m_live> AS
    SELECT <settled.columns>
    FROM (
      SELECT <base.columns>
      FROM <m> AS base
      -- The last fold before the refresh by a subquery of its own, not by a join: it is looked up once, and what is left is
      -- one table, in which the rows of a small read are looked up by index, and those of a large one all at once.
      WHERE NOT EXISTS (
        SELECT FROM <m_delta_keys> AS folded
        WHERE <folded = base> AND folded.fold_no > <base fold>
      )
      UNION ALL
      SELECT <delta.columns>
      FROM <m_delta> AS delta
      WHERE delta.fold_no > <base fold>
    ) AS settled
    WHERE NOT EXISTS (SELECT FROM <m_changes>() AS changed WHERE <changed = settled>)
    UNION ALL
    SELECT <fresh.columns>
    FROM <m_changes>() AS changed
    CROSS JOIN LATERAL <m_of>(<changed.keys>) AS fresh;
  $template$);
  EXECUTE format('COMMENT ON VIEW %s IS %L', fragments ->> '<m_live>',
    'As its definition would give it now: ' || obj_description(base, 'pg_class'));
END
$$;
COMMENT ON FUNCTION mart.add_live_layers(text, text[]) IS
  'Lays the live layers over a materialized view mart.<m> with mart.<m>_definition. Needs what its author knows: the captured '
  'tables that it reads; mart.<m>_touched, one row per change and key that it concerns, with its xid; mart.<m>_keys, every key '
  'that there may be; and mart.<m>_of(keys) where the definition alone does not reach one key''s rows by index.';

CREATE FUNCTION mart.add_visible_rows(mart text, owner_column text, topic text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  fragments jsonb;
BEGIN
  SELECT jsonb_build_object(
    '<m_changes>', 'mart.' || quote_ident(mart || '_changes'),
    '<m_of>', 'mart.' || quote_ident(mart || '_of'),
    '<m_live>', 'mart.' || quote_ident(mart || '_live'),
    '<m_own>', 'mart.' || quote_ident(mart || '_own'),
    '<m_all>', 'mart.' || quote_ident(mart || '_all'),
    '<m_visible>', 'mart.' || quote_ident(mart || '_visible'),
    '<owner>', quote_ident(owner_column),
    '<topic>', quote_literal(topic),
    '<columns>', string_agg(quote_ident(attname), ', ' ORDER BY attnum)
  )
  INTO fragments
  FROM pg_catalog.pg_attribute
  WHERE attrelid = format('mart.%I', mart)::regclass AND attnum > 0 AND NOT attisdropped;

  -- Put as one, with OR, no index would find a person's rows; put as a list of everybody's ids, each row of a large read
  -- would be looked up in it. So there are both, and of the two together one is never read.
  PERFORM mart.run_template(fragments, $template$
    CREATE VIEW <m_own> AS
    SELECT <columns> FROM <m_live> WHERE <owner> = ANY ((SELECT crm.visible_user_ids(<topic>))::uuid[]);
    COMMENT ON VIEW <m_own> IS 'The live rows of the people whose rows whoever asks may see.';

    CREATE VIEW <m_all> AS
    SELECT <columns> FROM <m_live> WHERE (SELECT crm.sees_all_rows(<topic>));
    COMMENT ON VIEW <m_all> IS 'All live rows, where whoever asks may see all; otherwise none.';

    CREATE VIEW <m_visible> AS
    SELECT <columns> FROM <m_all>
    UNION ALL
    SELECT <columns> FROM <m_own> WHERE NOT (SELECT crm.sees_all_rows(<topic>));
    COMMENT ON VIEW <m_visible> IS 'The live rows that whoever asks may see.';
    -- A view lends its reader the rights on tables, not those on functions. Only who may use schema mart can name them.
    GRANT EXECUTE ON FUNCTION <m_changes>, <m_of> TO tidemark_reader;
  $template$);
END
$$;
COMMENT ON FUNCTION mart.add_visible_rows(text, text, text) IS
  'Makes mart.<m>_visible over the live layers: the rows whose owner, in the given column, whoever asks may see in reports that need '
  'the given permission, such as report:sales. What reporting views read.';

CREATE TABLE mart.page_views (view_name text PRIMARY KEY);
COMMENT ON TABLE mart.page_views IS 'One row per view of reporting that own_rows and all_rows have too.';

CREATE FUNCTION mart.add_page_views(reporting_view text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  whole regclass := format('reporting.%I', reporting_view);
  rows text;
  page_view text;
BEGIN
  FOREACH rows IN ARRAY '{own,all}'::text[] LOOP
    page_view := format('%I.%I', rows || '_rows', reporting_view);
    EXECUTE format(
      'CREATE VIEW %s WITH (security_barrier) AS %s',
      page_view,
      -- Columns may be qualified with the name of what is replaced: it stays as alias where there is no other.
      regexp_replace(
        regexp_replace(pg_get_viewdef(whole), 'mart\.(\w+)_visible\M(?! [a-z_])', 'mart.\1_visible \1_visible', 'g'),
        'mart\.(\w+)_visible\M', format('mart.\1_%s', rows), 'g'
      )
    );
    EXECUTE format('GRANT SELECT ON %s TO tidemark_pages', page_view);
  END LOOP;
  INSERT INTO mart.page_views (view_name) VALUES (reporting_view);
END
$$;
COMMENT ON FUNCTION mart.add_page_views(text) IS
  'Makes own_rows.<view> and all_rows.<view>, which show the same rows as reporting.<view> to those whom they are for, and are '
  'planned for them alone. The service takes the one that is for whoever asks.';

CREATE FUNCTION mart.drop_page_views(reporting_view text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('DROP VIEW own_rows.%I', reporting_view);
  EXECUTE format('DROP VIEW all_rows.%I', reporting_view);
  DELETE FROM mart.page_views WHERE view_name = reporting_view;
END
$$;
COMMENT ON FUNCTION mart.drop_page_views(text) IS 'Drops what mart.add_page_views made.';

CREATE FUNCTION mart.run_template(fragments jsonb, template text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  fragment record;
BEGIN
  FOR fragment IN SELECT key, value FROM jsonb_each_text(fragments) LOOP
    template := replace(template, fragment.key, fragment.value);
  END LOOP;
  EXECUTE template;
END
$$;
COMMENT ON FUNCTION mart.run_template(jsonb, text) IS 'Runs SQL statements after putting the fragments in place of their names.';

CREATE FUNCTION mart.remove_live_layers(mart text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('DROP VIEW IF EXISTS mart.%I', mart || '_visible');
  EXECUTE format('DROP VIEW IF EXISTS mart.%I', mart || '_all');
  EXECUTE format('DROP VIEW IF EXISTS mart.%I', mart || '_own');
  EXECUTE format('DROP VIEW mart.%I', mart || '_live');
  EXECUTE format('DROP FUNCTION mart.%I', mart || '_of');
  EXECUTE format('DROP FUNCTION mart.%I', mart || '_changes');
  EXECUTE format('DROP TABLE mart.%I', mart || '_delta_keys');
  EXECUTE format('DROP TABLE mart.%I', mart || '_delta');
  DELETE FROM mart.live_marts AS live WHERE live.mart = remove_live_layers.mart;
END
$$;
COMMENT ON FUNCTION mart.remove_live_layers(text) IS 'Takes the live layers off a mart; what the layers read of its author''s stays.';

CREATE FUNCTION mart.fold(mart text, most bigint DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  live mart.live_marts;
  fragments jsonb;
  this_fold bigint;
  base_fold bigint;
  key_count bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'repeatable read' OR NOT EXISTS (
    SELECT FROM pg_catalog.pg_locks
    WHERE locktype = 'advisory'
      AND pid = pg_backend_pid()
      AND (classid, objid) = (
        (hashtext('tidemark fold')::bigint & 4294967295)::oid,
        (hashtext(fold.mart)::bigint & 4294967295)::oid
      )
  ) THEN
    RAISE EXCEPTION 'fold needs a REPEATABLE READ transaction, begun under the advisory lock of the mart''s folds';
  END IF;
  SELECT fold_no INTO base_fold FROM mart.layers WHERE layers.mart = fold.mart AND layer = 'base';
  IF mart.is_reset(mart) THEN
    RETURN NULL;
  END IF;

  SELECT * INTO live FROM mart.live_marts WHERE live_marts.mart = fold.mart;
  SELECT jsonb_build_object(
    '<m_delta>', 'mart.' || quote_ident(mart || '_delta'),
    '<m_delta_keys>', 'mart.' || quote_ident(mart || '_delta_keys'),
    '<m_changes>', 'mart.' || quote_ident(mart || '_changes'),
    '<m_of>', 'mart.' || quote_ident(mart || '_of'),
    '<older = newer>', string_agg(format('older.%1$I = newer.%1$I', name), ' AND ' ORDER BY position),
    '<newer.keys>', string_agg(format('newer.%I', name), ', ' ORDER BY position),
    '<base fold>', base_fold::text
  )
  INTO fragments
  FROM unnest(live.key_columns) WITH ORDINALITY AS key (name, position);

  SELECT fold_no + 1 INTO this_fold FROM mart.layers WHERE layers.mart = fold.mart AND layer = 'delta';
  fragments := fragments || jsonb_build_object('<this fold>', this_fold::text);
  PERFORM mart.run_template(fragments, 'INSERT INTO <m_delta_keys> SELECT *, <this fold> FROM <m_changes>()');
  EXECUTE format('SELECT count(*) FROM mart.%I WHERE fold_no = $1', mart || '_delta_keys') INTO key_count USING this_fold;
  IF key_count = 0 THEN
    RETURN 0;
  END IF;
  IF key_count > most THEN
    RAISE EXCEPTION 'the fold of mart % has % keys, and was to have % at most', mart, key_count, most
      USING ERRCODE = 'program_limit_exceeded';
  END IF;

  -- What this fold replaces, and what a refresh has replaced since.
  PERFORM mart.run_template(fragments, $template$
    DELETE FROM <m_delta> AS older
    USING <m_delta_keys> AS newer
    WHERE newer.fold_no = <this fold> AND older.fold_no < <this fold> AND <older = newer>;
    DELETE FROM <m_delta_keys> AS older
    USING <m_delta_keys> AS newer
    WHERE newer.fold_no = <this fold> AND older.fold_no < <this fold> AND <older = newer>;
    DELETE FROM <m_delta> WHERE fold_no <= <base fold>;
    DELETE FROM <m_delta_keys> WHERE fold_no <= <base fold>;

    INSERT INTO <m_delta>
    SELECT fresh.*, <this fold>
    FROM <m_delta_keys> AS newer
    CROSS JOIN LATERAL <m_of>(<newer.keys>) AS fresh
    WHERE newer.fold_no = <this fold>;
  $template$);

  -- Last: from here on the changes of above count as folded, also in this transaction.
  UPDATE mart.layers
  SET fold_no = this_fold, snapshot = pg_current_snapshot(), taken_at = now()
  WHERE layers.mart = fold.mart AND layer = 'delta';
  RETURN key_count;
END
$$;
COMMENT ON FUNCTION mart.fold(text, bigint) IS
  'Recomputes the rows of the keys that changed since the last fold and puts them into the delta. Returns how many keys; NULL '
  'where the mart has to be refreshed instead. Fails before it recomputes anything where there are more keys than the most.';

-- Down Migration

DROP FUNCTION mart.fold(text, bigint);
DROP FUNCTION mart.remove_live_layers(text);
DROP FUNCTION mart.drop_page_views(text);
DROP FUNCTION mart.add_page_views(text);
DROP TABLE mart.page_views;
DROP FUNCTION mart.add_visible_rows(text, text, text);
DROP FUNCTION mart.add_live_layers(text, text[]);
DROP FUNCTION reporting.keep_changes(text[]);
DROP FUNCTION mart.kept_changes(text);
DROP FUNCTION mart.run_template(jsonb, text);
DROP FUNCTION mart.tables_behind(regclass);
DROP FUNCTION mart.columns_behind(regclass);
DROP FUNCTION mart.reads_of(regclass, oid);
DROP FUNCTION mart.note_layer(text, text);
DROP FUNCTION mart.is_reset(text);
DROP VIEW mart.positions;
DROP TABLE mart.layers;
DROP TABLE mart.live_marts;
