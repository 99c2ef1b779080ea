-- Up Migration

-- A page asks several times for the rows of the same few people. What lies over the materialized views for them, recomputed or
-- folded, is found out once and kept for the transaction; views that are planned for it put both together. docs/live-marts.md
-- explains it.

CREATE SCHEMA own_kept;
COMMENT ON SCHEMA own_kept IS
  'Views of reporting once more, for pages of whoever sees the rows of some people, when what changed of these is kept. Not for BI tools.';
CREATE SCHEMA all_kept;
COMMENT ON SCHEMA all_kept IS
  'Views of reporting once more, for pages about some people of whoever sees everybody''s rows, when what changed of these is kept. '
  'Not for BI tools.';
GRANT USAGE ON SCHEMA own_kept, all_kept TO tidemark_pages;

CREATE TABLE mart.kept_marts (
  mart text PRIMARY KEY REFERENCES mart.live_marts ON DELETE CASCADE,
  topic text NOT NULL
);
COMMENT ON TABLE mart.kept_marts IS 'One row per live mart of which what changed for some owners can be kept. The owner comes first in its key.';
COMMENT ON COLUMN mart.kept_marts.topic IS 'Permission that its rows need, such as report:sales.';

CREATE TABLE mart.kept_views (
  view_name text PRIMARY KEY REFERENCES mart.page_views ON DELETE CASCADE,
  marts text[] NOT NULL
);
COMMENT ON TABLE mart.kept_views IS 'One row per view of reporting that own_kept and all_kept have too.';
COMMENT ON COLUMN mart.kept_views.marts IS 'Live marts that it reads: it can be asked where all of them are kept.';

CREATE FUNCTION mart.kept_rows(mart text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  kept jsonb := nullif(current_setting('tidemark.kept_' || mart, true), '');
BEGIN
  -- Right for its snapshot, while nothing is written, and for whom it was kept; and anybody could write anything into the setting.
  IF kept ->> 0 = pg_current_snapshot()::text
    AND kept ->> 1 = current_setting('tidemark.viewer', true)
    AND current_setting('transaction_read_only') = 'on'
    AND pg_has_role(session_user, current_user, 'MEMBER')
  THEN
    RETURN kept;
  END IF;
  -- Nothing would be too few rows.
  RAISE EXCEPTION 'no rows of mart % are kept in this snapshot for whoever asks', mart;
END
$$;
COMMENT ON FUNCTION mart.kept_rows(text) IS
  'For whom reporting.keep_changes kept rows of a mart in this snapshot: the snapshot, the viewer, the owners. Fails where nothing is '
  'kept.';

CREATE FUNCTION mart.kept_owners(mart text) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (mart.kept_rows(mart) ->> 2)::uuid[];
END
$$;
GRANT EXECUTE ON FUNCTION mart.kept_owners(text) TO tidemark_pages;
COMMENT ON FUNCTION mart.kept_owners(text) IS 'The owners for whom rows of a mart are kept in this snapshot. Fails where nothing is kept.';

CREATE FUNCTION mart.add_kept_rows(mart text, topic text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  keys text[] := (SELECT key_columns FROM mart.live_marts AS live WHERE live.mart = add_kept_rows.mart);
  fragments jsonb;
BEGIN
  SELECT jsonb_build_object(
    '<mart>', quote_literal(mart),
    '<changes setting>', quote_literal('tidemark.changes_' || mart),
    '<owners setting>', quote_literal('tidemark.kept_' || mart),
    '<keys setting>', quote_literal('tidemark.kept_keys_' || mart),
    '<rows setting>', quote_literal('tidemark.kept_rows_' || mart),
    '<m>', 'mart.' || quote_ident(mart),
    '<m_definition>', 'mart.' || quote_ident(mart || '_definition'),
    '<m_delta>', 'mart.' || quote_ident(mart || '_delta'),
    '<m_delta_keys>', 'mart.' || quote_ident(mart || '_delta_keys'),
    '<m_changes>', 'mart.' || quote_ident(mart || '_changes'),
    '<m_of>', 'mart.' || quote_ident(mart || '_of'),
    '<m_keep>', 'mart.' || quote_ident(mart || '_keep'),
    '<m_kept_keys>', 'mart.' || quote_ident(mart || '_kept_keys'),
    '<m_kept_rows>', 'mart.' || quote_ident(mart || '_kept_rows'),
    '<m_own_kept>', 'mart.' || quote_ident(mart || '_own_kept'),
    '<m_all_kept>', 'mart.' || quote_ident(mart || '_all_kept'),
    '<owner>', quote_ident(keys[1]),
    '<keys>', string_agg(quote_ident(attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<typed keys>', string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<changed.keys>', string_agg(format('changed.%I', attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<arrays of keys>', string_agg(format('coalesce(array_agg(changed.%I)::text, ''{}'')', attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<changed = delta>', string_agg(format('changed.%1$I = delta.%1$I', attname), ' AND ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<replaced = base>', string_agg(format('replaced.%1$I = base.%1$I', attname), ' AND ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<base.columns>', string_agg(format('base.%I', attname), ', ' ORDER BY attnum),
    '<delta.columns>', string_agg(format('delta.%I', attname), ', ' ORDER BY attnum),
    '<fresh.columns>', string_agg(format('fresh.%I', attname), ', ' ORDER BY attnum),
    '<kept.columns>', string_agg(format('kept.%I', attname), ', ' ORDER BY attnum)
  )
  INTO fragments
  FROM pg_catalog.pg_attribute
  CROSS JOIN LATERAL (SELECT array_position(keys, attname::text) AS key_no) AS place
  WHERE attrelid = format('mart.%I', mart)::regclass AND attnum > 0 AND NOT attisdropped;

  PERFORM mart.run_template(fragments, $template$
    CREATE FUNCTION <m_keep>(owners uuid[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
    SET jit = off SET max_parallel_workers_per_gather = 0
    SET plan_cache_mode = force_generic_plan
    AS $body$
    #variable_conflict use_column
    DECLARE
      -- More changes than these are faster found than read.
      most_changes constant integer := 10000;
      -- Each read takes what is kept out of the settings again: of more keys, looking them up is the shorter way.
      most_keys constant integer := 100;
      base_fold bigint;
      snapshot text;
      everybodys <m_delta_keys>[];
      changed <m_delta_keys>[];
      folded <m_delta_keys>[];
      kept <m_definition>[];
    BEGIN
      SELECT
        pg_current_snapshot()::text,
        ARRAY(SELECT ROW(<changed.keys>, 0)::<m_delta_keys> FROM <m_changes>() AS changed LIMIT most_changes + 1)
      INTO snapshot, everybodys;
      PERFORM set_config(
        <changes setting>,
        CASE WHEN count(*) <= most_changes THEN jsonb_build_array(snapshot, <arrays of keys>)::text ELSE '' END,
        true
      )
      FROM unnest(everybodys) AS changed;
      IF owners IS NULL OR cardinality(everybodys) > most_changes THEN
        RETURN false;
      END IF;

      base_fold := (SELECT fold_no FROM mart.layers WHERE mart = <mart> AND layer = 'base');
      changed := ARRAY(SELECT changed FROM unnest(everybodys) AS changed WHERE changed.<owner> = ANY (owners));
      -- By owner: an index of the folds would lead through those of everybody.
      folded := ARRAY(
        SELECT delta FROM <m_delta_keys> AS delta WHERE delta.<owner> = ANY (owners) AND delta.fold_no + 0 > base_fold LIMIT most_keys + 1
      );
      IF cardinality(changed) + cardinality(folded) > most_keys THEN
        RETURN false;
      END IF;
      kept := ARRAY(
        SELECT ROW(<delta.columns>)::<m_definition>
        FROM <m_delta> AS delta
        WHERE delta.<owner> = ANY (owners)
          AND delta.fold_no + 0 > base_fold
          AND NOT EXISTS (SELECT FROM unnest(changed) AS changed WHERE <changed = delta>)
        UNION ALL
        SELECT ROW(<fresh.columns>)::<m_definition>
        FROM unnest(changed) AS changed
        CROSS JOIN LATERAL <m_of>(<changed.keys>) AS fresh
      );
      PERFORM
        set_config(<owners setting>, jsonb_build_array(snapshot, current_setting('tidemark.viewer', true), owners::text)::text, true),
        set_config(<keys setting>, (changed || folded)::text, true),
        set_config(<rows setting>, kept::text, true);
      RETURN true;
    END
    $body$;
    COMMENT ON FUNCTION <m_keep>(uuid[]) IS
      'Keeps for this transaction which keys changed, and what lies over the materialized view for these owners. False: there are '
      'none, or it is too much to keep.';

    CREATE FUNCTION <m_kept_keys>() RETURNS TABLE (<typed keys>)
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $body$
    #variable_conflict use_column
    BEGIN
      PERFORM mart.kept_rows(<mart>);
      RETURN QUERY SELECT <keys> FROM unnest(current_setting(<keys setting>)::<m_delta_keys>[]) AS kept;
    END
    $body$;
    GRANT EXECUTE ON FUNCTION <m_kept_keys>() TO tidemark_pages;
    COMMENT ON FUNCTION <m_kept_keys>() IS 'The keys of the kept owners whose rows are not those of the materialized view.';

    CREATE FUNCTION <m_kept_rows>() RETURNS SETOF <m_definition>
    LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 20 SET search_path = pg_catalog, pg_temp
    AS $body$
    #variable_conflict use_column
    BEGIN
      PERFORM mart.kept_rows(<mart>);
      RETURN QUERY SELECT kept.* FROM unnest(current_setting(<rows setting>)::<m_definition>[]) AS kept;
    END
    $body$;
    GRANT EXECUTE ON FUNCTION <m_kept_rows>() TO tidemark_pages;
    COMMENT ON FUNCTION <m_kept_rows>() IS 'The rows of these keys.';

    CREATE VIEW <m_own_kept> AS
    SELECT <base.columns>
    FROM <m> AS base
    WHERE base.<owner> = ANY ((SELECT mart.kept_owners(<mart>))::uuid[])
      AND NOT EXISTS (SELECT FROM <m_kept_keys>() AS replaced WHERE <replaced = base>)
    UNION ALL
    SELECT <kept.columns> FROM <m_kept_rows>() AS kept;
    COMMENT ON VIEW <m_own_kept> IS 'The live rows of the kept owners.';

    -- Who sees all rows has named the owners in the query, which finds their rows by index. To the planner the same list twice
    -- would be two conditions, which leave hardly a row.
    CREATE VIEW <m_all_kept> AS
    SELECT <base.columns>
    FROM <m> AS base
    WHERE coalesce(base.<owner> = ANY ((SELECT mart.kept_owners(<mart>))::uuid[]), false)
      AND NOT EXISTS (SELECT FROM <m_kept_keys>() AS replaced WHERE <replaced = base>)
    UNION ALL
    SELECT <kept.columns> FROM <m_kept_rows>() AS kept;
    COMMENT ON VIEW <m_all_kept> IS 'The live rows of the kept owners, for queries that name these.';
  $template$);
  INSERT INTO mart.kept_marts (mart, topic) VALUES (add_kept_rows.mart, add_kept_rows.topic);
END
$$;
COMMENT ON FUNCTION mart.add_kept_rows(text, text) IS
  'Makes what reporting.keep_changes needs of a live mart that has visible rows, with the permission that its rows need. The owner has '
  'to come first in its key.';

CREATE FUNCTION mart.remove_kept_rows(mart text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('DROP VIEW mart.%I, mart.%I', mart || '_own_kept', mart || '_all_kept');
  EXECUTE format('DROP FUNCTION mart.%I, mart.%I, mart.%I', mart || '_keep', mart || '_kept_keys', mart || '_kept_rows');
  DELETE FROM mart.kept_marts AS kept WHERE kept.mart = remove_kept_rows.mart;
END
$$;
COMMENT ON FUNCTION mart.remove_kept_rows(text) IS 'Drops what mart.add_kept_rows made.';

CREATE FUNCTION mart.add_kept_views(reporting_view text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  whole regclass := format('reporting.%I', reporting_view);
  rows text;
BEGIN
  FOREACH rows IN ARRAY '{own,all}'::text[] LOOP
    EXECUTE format(
      'CREATE VIEW %I.%I WITH (security_barrier) AS %s',
      rows || '_kept',
      reporting_view,
      -- As mart.add_page_views does.
      regexp_replace(
        regexp_replace(pg_get_viewdef(whole), 'mart\.(\w+)_visible\M(?! [a-z_])', 'mart.\1_visible \1_visible', 'g'),
        'mart\.(\w+)_visible\M', format('mart.\1_%s_kept', rows), 'g'
      )
    );
    EXECUTE format('GRANT SELECT ON %I.%I TO tidemark_pages', rows || '_kept', reporting_view);
  END LOOP;
  INSERT INTO mart.kept_views (view_name, marts)
  SELECT reporting_view, array_agg(DISTINCT visible.name[1])
  FROM regexp_matches(pg_get_viewdef(whole), 'mart\.(\w+)_visible\M', 'g') AS visible (name);
END
$$;
COMMENT ON FUNCTION mart.add_kept_views(text) IS
  'Makes own_kept.<view> and all_kept.<view> beside the views of mart.add_page_views, over marts with kept rows. They show the rows '
  'of reporting.<view> that belong to the owners for whom rows are kept.';

CREATE FUNCTION mart.drop_kept_views(reporting_view text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('DROP VIEW own_kept.%1$I, all_kept.%1$I', reporting_view);
  DELETE FROM mart.kept_views WHERE view_name = reporting_view;
END
$$;
COMMENT ON FUNCTION mart.drop_kept_views(text) IS 'Drops what mart.add_kept_views made.';

DROP FUNCTION reporting.keep_changes(text[]);
CREATE FUNCTION reporting.keep_changes(marts text[], owners uuid[] DEFAULT NULL) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  -- More than these are faster found than read.
  most_changes constant integer := 10000;
  -- Of more people, there is more to keep than to look up.
  most_owners constant integer := 20;
  live record;
  whose uuid[];
  is_kept boolean;
  changes jsonb;
  kept text[] := '{}';
BEGIN
  IF current_setting('transaction_read_only') = 'off' OR NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    RETURN '{}';
  END IF;
  FOR live IN
    SELECT live.mart, live.key_columns, kept.topic
    FROM mart.live_marts AS live
    LEFT JOIN mart.kept_marts AS kept ON kept.mart = live.mart
    WHERE live.mart = ANY (marts)
  LOOP
    IF live.topic IS NULL THEN
      EXECUTE format(
        'SELECT CASE WHEN count(*) <= %s THEN jsonb_build_array(pg_current_snapshot()::text, %s) END FROM (SELECT * FROM mart.%I() LIMIT %s) AS changed',
        most_changes, (SELECT string_agg(format('coalesce(array_agg(%I)::text, ''{}'')', name), ', ') FROM unnest(live.key_columns) AS name),
        live.mart || '_changes', most_changes + 1
      )
      INTO changes;
      PERFORM set_config('tidemark.changes_' || live.mart, coalesce(changes::text, ''), true);
      CONTINUE;
    END IF;
    whose := owners;
    IF NOT crm.sees_all_rows(live.topic) THEN
      whose := crm.visible_user_ids(live.topic);
      IF owners IS NOT NULL THEN
        whose := ARRAY(SELECT unnest(whose) INTERSECT SELECT unnest(owners));
      END IF;
    END IF;
    -- Rows are put together by several statements, which have to be of one snapshot.
    IF cardinality(whose) > most_owners OR current_setting('transaction_isolation') NOT IN ('repeatable read', 'serializable') THEN
      whose := NULL;
    END IF;
    EXECUTE format('SELECT mart.%I($1)', live.mart || '_keep') INTO is_kept USING whose;
    IF is_kept THEN
      kept := kept || live.mart;
    END IF;
  END LOOP;
  RETURN ARRAY(SELECT view_name FROM mart.kept_views WHERE kept_views.marts <@ kept ORDER BY view_name);
END
$$;
GRANT EXECUTE ON FUNCTION reporting.keep_changes(text[], uuid[]) TO tidemark_pages;
COMMENT ON FUNCTION reporting.keep_changes(text[], uuid[]) IS
  'Finds out once which keys of these marts changed since they were folded, for all reads of this read-only transaction in one '
  'snapshot: a page reads each of its marts several times. For reads about these owners (NULL: all whose rows whoever asks may see) '
  'it keeps their changed rows too, and returns the views that own_kept and all_kept show the rows of these owners in, and nobody '
  'else''s; none where that would be too much to keep. Only for the service; without it each read finds out by itself.';

SELECT
  mart.add_kept_rows(live.mart, substring(definition.text FROM 'visible_user_ids\(''([^'']+)'''))
FROM mart.live_marts AS live
CROSS JOIN LATERAL (SELECT pg_get_viewdef(format('mart.%I', live.mart || '_own')::regclass) AS text) AS definition
WHERE definition.text ~ format('\m%s = ANY', live.key_columns[1]);

SELECT mart.add_kept_views(view_name)
FROM mart.page_views
WHERE NOT EXISTS (
  SELECT
  FROM regexp_matches(pg_get_viewdef(format('reporting.%I', view_name)::regclass), 'mart\.(\w+)_visible\M', 'g') AS visible (name)
  WHERE visible.name[1] NOT IN (SELECT mart FROM mart.kept_marts)
);

-- Down Migration

SELECT mart.drop_kept_views(view_name) FROM mart.kept_views;
SELECT mart.remove_kept_rows(mart) FROM mart.kept_marts;
DROP FUNCTION reporting.keep_changes(text[], uuid[]);

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

DROP FUNCTION mart.drop_kept_views(text);
DROP FUNCTION mart.add_kept_views(text);
DROP FUNCTION mart.remove_kept_rows(text);
DROP FUNCTION mart.add_kept_rows(text, text);
DROP FUNCTION mart.kept_owners(text);
DROP FUNCTION mart.kept_rows(text);
DROP TABLE mart.kept_views;
DROP TABLE mart.kept_marts;
DROP SCHEMA all_kept;
DROP SCHEMA own_kept;
