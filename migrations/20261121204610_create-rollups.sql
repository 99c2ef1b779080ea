-- Up Migration

-- A rollup holds the sums of a live mart's rows, so that a read of all of them need not read each. It is live as the mart is:
-- what lies over the materialized view is few rows, whose sums are put right by the reader. docs/live-marts.md explains it.

CREATE TABLE mart.rollups (
  rollup text PRIMARY KEY,
  mart text NOT NULL REFERENCES mart.live_marts ON DELETE CASCADE,
  groups text[] NOT NULL,
  template text NOT NULL,
  also text[] NOT NULL,
  circumstances text NOT NULL
);
COMMENT ON TABLE mart.rollups IS 'One row per table of sums of the rows of a live mart.';
COMMENT ON COLUMN mart.rollups.mart IS 'The mart.';
COMMENT ON COLUMN mart.rollups.groups IS 'Columns by which it groups, those first that reads ask for.';
COMMENT ON COLUMN mart.rollups.template IS 'SQL of the sums of <rows>.';
COMMENT ON COLUMN mart.rollups.also IS 'Materialized views without live layers that it reads too.';
COMMENT ON COLUMN mart.rollups.circumstances IS 'SQL of a text that tells one state of these from another.';

CREATE TABLE mart.rollup_fills (
  fill_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rollup text NOT NULL REFERENCES mart.rollups ON DELETE CASCADE,
  base_snapshot text NOT NULL,
  circumstances text NOT NULL
);
COMMENT ON TABLE mart.rollup_fills IS
  'One row per time that a rollup was filled. Readers use one that is of the very materialized views that they see, or none.';
COMMENT ON COLUMN mart.rollup_fills.base_snapshot IS 'Snapshot of the materialized view that was summed, as in mart.layers.';
COMMENT ON COLUMN mart.rollup_fills.circumstances IS 'State of what else was read.';

CREATE FUNCTION mart.add_rollup(
  rollup text, mart text, groups text[], counted text, template text, topic text, also text[] DEFAULT '{}', circumstances text DEFAULT ''''''
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  fragments jsonb;
  -- A template has the rows, which have placeholders of their own: it is put in first.
  views text := $template$
    CREATE VIEW <r_all> AS
    SELECT <columns>
    FROM (
      SELECT <columns> FROM <r> AS filled WHERE fill_no = <fill>
      UNION ALL
      SELECT <negative> FROM (<replaced rows>) AS replaced WHERE <fill> IS NOT NULL
      UNION ALL
      SELECT <columns> FROM (<newer rows>) AS newer WHERE <fill> IS NOT NULL
      UNION ALL
      SELECT <columns> FROM (<all rows>) AS whole WHERE <fill> IS NULL
    ) AS parts
    WHERE (SELECT crm.sees_all_rows(<topic>));
    COMMENT ON VIEW <r_all> IS
      'Sums of the live rows, where whoever asks may see all; otherwise none. In parts: rows of one group are to be added up, and some '
      'are negative.';

    CREATE VIEW <r_visible> AS
    SELECT <groups>, <sums>
    FROM <r_all>
    GROUP BY <groups>
    HAVING sum(<counted>) <> 0
    UNION ALL
    SELECT <groups>, <measures> FROM <r_own> WHERE NOT (SELECT crm.sees_all_rows(<topic>));
    COMMENT ON VIEW <r_visible> IS 'Sums of the live rows that whoever asks may see.';
  $template$;
BEGIN
  INSERT INTO mart.rollups (rollup, mart, groups, template, also, circumstances)
  VALUES (add_rollup.rollup, add_rollup.mart, add_rollup.groups, add_rollup.template, add_rollup.also, add_rollup.circumstances);

  EXECUTE format('CREATE VIEW mart.%I AS %s', rollup || '_definition', replace(template, '<rows>', format('mart.%I', mart || '_definition')));
  EXECUTE format('COMMENT ON VIEW mart.%I IS %L', rollup || '_definition', format('Sums of mart.%I. One row per group; unique by %s.', mart, array_to_string(groups, ', ')));
  EXECUTE format('CREATE VIEW mart.%I AS %s', rollup || '_own', replace(template, '<rows>', format('mart.%I', mart || '_own')));
  EXECUTE format('COMMENT ON VIEW mart.%I IS %L', rollup || '_own', 'Sums of the live rows of the people whose rows whoever asks may see.');
  EXECUTE format('CREATE TABLE mart.%I AS SELECT 0::bigint AS fill_no, * FROM mart.%I WITH NO DATA', rollup, rollup || '_definition');
  EXECUTE format('ALTER TABLE mart.%I ALTER fill_no SET NOT NULL', rollup);
  EXECUTE format('COMMENT ON TABLE mart.%I IS %L', rollup, format('Sums of the rows of the materialized view mart.%I, each time that it was filled.', mart));

  SELECT jsonb_build_object(
    '<base.columns>', string_agg(format('base.%I', attname), ', ' ORDER BY attnum),
    '<delta.columns>', string_agg(format('delta.%I', attname), ', ' ORDER BY attnum),
    '<fresh.columns>', string_agg(format('fresh.%I', attname), ', ' ORDER BY attnum),
    '<changed.keys>', string_agg(format('changed.%I', attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<keys>', string_agg(quote_ident(attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<replaced = base>', string_agg(format('replaced.%1$I = base.%1$I', attname), ' AND ') FILTER (WHERE key_no IS NOT NULL),
    '<changed = delta>', string_agg(format('changed.%1$I = delta.%1$I', attname), ' AND ') FILTER (WHERE key_no IS NOT NULL),
    '<m>', 'mart.' || quote_ident(add_rollup.mart),
    '<m_delta>', 'mart.' || quote_ident(add_rollup.mart || '_delta'),
    '<m_delta_keys>', 'mart.' || quote_ident(add_rollup.mart || '_delta_keys'),
    '<m_changes>', 'mart.' || quote_ident(add_rollup.mart || '_changes'),
    '<m_of>', 'mart.' || quote_ident(add_rollup.mart || '_of'),
    '<base fold>', format('(SELECT fold_no FROM mart.layers WHERE mart = %L AND layer = ''base'')', add_rollup.mart)
  )
  INTO fragments
  FROM mart.live_marts AS live
  JOIN pg_catalog.pg_attribute ON attrelid = format('mart.%I', live.mart)::regclass AND attnum > 0 AND NOT attisdropped
  CROSS JOIN LATERAL (SELECT array_position(live.key_columns, attname::text) AS key_no) AS place
  WHERE live.mart = add_rollup.mart;

  SELECT fragments || jsonb_build_object(
    '<r>', 'mart.' || quote_ident(rollup),
    '<r_own>', 'mart.' || quote_ident(rollup || '_own'),
    '<r_all>', 'mart.' || quote_ident(rollup || '_all'),
    '<r_visible>', 'mart.' || quote_ident(rollup || '_visible'),
    '<topic>', quote_literal(topic),
    '<counted>', quote_ident(counted),
    '<columns>', string_agg(quote_ident(attname), ', ' ORDER BY attnum),
    '<groups>', string_agg(quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE is_group),
    '<negative>', string_agg(CASE WHEN is_group THEN '' ELSE '-' END || quote_ident(attname), ', ' ORDER BY attnum),
    -- What was taken off may leave zeros behind the point.
    '<sums>', string_agg(format(CASE atttypid WHEN 'numeric'::regtype THEN 'trim_scale(sum(%1$I)) AS %1$I' ELSE 'sum(%1$I)::bigint AS %1$I' END, attname), ', ' ORDER BY attnum) FILTER (WHERE NOT is_group),
    '<measures>', string_agg(format(CASE atttypid WHEN 'numeric'::regtype THEN 'trim_scale(%I)' ELSE '%I' END, attname), ', ' ORDER BY attnum) FILTER (WHERE NOT is_group),
    '<fill>', format(
      '(SELECT max(fills.fill_no) FROM mart.rollup_fills AS fills JOIN mart.layers ON layers.mart = %L AND layers.layer = ''base'' '
      'WHERE fills.rollup = %L AND fills.base_snapshot = layers.snapshot::text AND fills.circumstances = (SELECT %s))',
      mart, rollup, circumstances
    )
  )
  INTO fragments
  FROM pg_catalog.pg_attribute
  CROSS JOIN LATERAL (SELECT attname = ANY (groups) AS is_group) AS part
  WHERE attrelid = format('mart.%I', rollup || '_definition')::regclass AND attnum > 0 AND NOT attisdropped;

  -- OFFSET 0: few keys, each looked up by index, whatever the statistics of a delta say that a minute ago was empty.
  views := replace(views, '<replaced rows>', replace(template, '<rows>', $rows$(
    SELECT <base.columns>
    FROM (SELECT <keys> FROM <m_delta_keys> WHERE fold_no > <base fold> UNION SELECT <keys> FROM <m_changes>()) AS replaced
    CROSS JOIN LATERAL (SELECT * FROM <m> AS base WHERE <replaced = base> OFFSET 0) AS base
  )$rows$));
  views := replace(views, '<newer rows>', replace(template, '<rows>', $rows$(
    SELECT <delta.columns>
    FROM <m_delta> AS delta
    WHERE delta.fold_no > <base fold> AND NOT EXISTS (SELECT FROM <m_changes>() AS changed WHERE <changed = delta>)
    UNION ALL
    SELECT <fresh.columns>
    FROM <m_changes>() AS changed
    CROSS JOIN LATERAL <m_of>(<changed.keys>) AS fresh
  )$rows$));
  views := replace(views, '<all rows>', replace(template, '<rows>', format('mart.%I', mart || '_live')));
  PERFORM mart.run_template(fragments, views);
END
$$;
COMMENT ON FUNCTION mart.add_rollup(text, text, text[], text, text, text, text[], text) IS
  'Makes a table of sums of a live mart that has visible rows. The template is a query over <rows> that groups by the columns named '
  'and gives counts (bigint) and sums (numeric) besides, which can be taken off again: those of all rows are the sum of those of any '
  'parts, as long as a part has the rows of a key whole. One count is named, which is 0 where a group has no rows. A sum of what '
  'may be NULL needs a count of what is not, to tell 0 from nothing.';

CREATE FUNCTION mart.remove_rollup(rollup text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('DROP VIEW mart.%I, mart.%I, mart.%I', rollup || '_visible', rollup || '_all', rollup || '_own');
  EXECUTE format('DROP TABLE mart.%I', rollup);
  EXECUTE format('DROP VIEW mart.%I', rollup || '_definition');
  DELETE FROM mart.rollups WHERE rollups.rollup = remove_rollup.rollup;
END
$$;
COMMENT ON FUNCTION mart.remove_rollup(text) IS 'Drops what mart.add_rollup made.';

CREATE FUNCTION mart.fill_rollups(name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  filling mart.rollups;
  state text;
  this_fill bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'repeatable read' THEN
    RAISE EXCEPTION 'fill_rollups needs a REPEATABLE READ transaction: rows and the state that they are of are read one after the other';
  END IF;
  FOR filling IN SELECT * FROM mart.rollups WHERE mart = name OR name = ANY (also) ORDER BY rollup LOOP
    CONTINUE WHEN EXISTS (
      SELECT FROM unnest(filling.also || filling.mart) AS needed
      JOIN pg_class ON relname = needed AND relnamespace = 'mart'::regnamespace
      WHERE NOT relispopulated
    );
    EXECUTE 'SELECT ' || filling.circumstances INTO state;
    CONTINUE WHEN EXISTS (
      SELECT FROM mart.rollup_fills AS fills
      JOIN mart.layers ON layers.mart = filling.mart AND layer = 'base' AND snapshot::text = base_snapshot
      WHERE fills.rollup = filling.rollup AND fills.circumstances = state
    );
    INSERT INTO mart.rollup_fills (rollup, base_snapshot, circumstances)
    SELECT filling.rollup, snapshot::text, state
    FROM mart.layers
    WHERE mart = filling.mart AND layer = 'base'
    RETURNING fill_no INTO this_fill;
    -- Groups that are read together lie together.
    EXECUTE format(
      'INSERT INTO mart.%I SELECT $1, * FROM (%s) AS sums ORDER BY %s', filling.rollup,
      replace(filling.template, '<rows>', format('mart.%I', filling.mart)),
      (SELECT string_agg(quote_ident(name), ', ' ORDER BY position) FROM unnest(filling.groups) WITH ORDINALITY AS names (name, position))
    )
    USING this_fill;
  END LOOP;
END
$$;
COMMENT ON FUNCTION mart.fill_rollups(text) IS
  'Fills the rollups that read a materialized view, where none is of its present state: in the transaction that refreshed it, so that no '
  'reader finds the view newer than its sums; or in one of its own. It only adds, so that two never wait for each other.';

CREATE FUNCTION mart.prune_rollups(name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  pruned record;
BEGIN
  FOR pruned IN
    SELECT rollups.rollup, max(fill_no) AS newest
    FROM mart.rollups
    JOIN mart.rollup_fills AS fills ON fills.rollup = rollups.rollup
    WHERE mart = name OR name = ANY (also)
    GROUP BY rollups.rollup
  LOOP
    EXECUTE format('DELETE FROM mart.%I WHERE fill_no < $1', pruned.rollup) USING pruned.newest;
    DELETE FROM mart.rollup_fills WHERE rollup_fills.rollup = pruned.rollup AND fill_no < pruned.newest;
  END LOOP;
END
$$;
COMMENT ON FUNCTION mart.prune_rollups(text) IS 'Deletes all fills but the newest of the rollups that read a materialized view.';

-- Down Migration

DROP FUNCTION mart.prune_rollups(text);
DROP FUNCTION mart.fill_rollups(text);
DROP FUNCTION mart.remove_rollup(text);
DROP FUNCTION mart.add_rollup(text, text, text[], text, text, text, text[], text);
DROP TABLE mart.rollup_fills;
DROP TABLE mart.rollups;
