-- Up Migration

-- A rollup that is split by owner serves whoever sees the rows of many people as it serves whoever sees all: by their owners' sums,
-- which lie together, and corrections of what changed of theirs.
CREATE FUNCTION mart.add_own_sums(rollup text, counted text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  summed mart.rollups := (SELECT rollups FROM mart.rollups WHERE rollups.rollup = add_own_sums.rollup);
  live mart.live_marts := (SELECT live FROM mart.live_marts AS live WHERE live.mart = summed.mart);
  owner text := live.key_columns[1];
  topic text := mart.topic_of(summed.mart);
  fragments jsonb;
  -- A template has the rows, which have placeholders of their own: it is put in first.
  views text := $template$
    CREATE OR REPLACE VIEW <r_own> AS
    SELECT <columns> FROM <r> AS filled WHERE fill_no = <fill> AND filled.<owner> = ANY (<owners>)
    UNION ALL
    SELECT <negative> FROM (<replaced rows>) AS replaced WHERE <fill> IS NOT NULL
    UNION ALL
    SELECT <columns> FROM (<newer rows>) AS newer WHERE <fill> IS NOT NULL
    UNION ALL
    SELECT <columns> FROM (<own rows>) AS whole WHERE <fill> IS NULL;
    COMMENT ON VIEW <r_own> IS
      'Sums of the live rows of the people whose rows whoever asks may see. In parts: rows of one group are to be added up, and some are '
      'negative.';

    CREATE OR REPLACE VIEW <r_visible> AS
    SELECT <groups>, <sums>
    FROM (
      SELECT <columns> FROM <r_all>
      UNION ALL
      SELECT <columns> FROM <r_own> WHERE NOT (SELECT crm.sees_all_rows(<topic>))
    ) AS parts
    GROUP BY <groups>
    -- There is a group without rows where changes have taken all of them.
    HAVING sum(<counted>) <> 0;
  $template$;
BEGIN
  SELECT jsonb_build_object(
    '<base.columns>', string_agg(format('base.%I', attname), ', ' ORDER BY attnum),
    '<delta.columns>', string_agg(format('delta.%I', attname), ', ' ORDER BY attnum),
    '<fresh.columns>', string_agg(format('fresh.%I', attname), ', ' ORDER BY attnum),
    '<changed.keys>', string_agg(format('changed.%I', attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<keys>', string_agg(quote_ident(attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<replaced = base>', string_agg(format('replaced.%1$I = base.%1$I', attname), ' AND ') FILTER (WHERE key_no IS NOT NULL),
    '<changed = delta>', string_agg(format('changed.%1$I = delta.%1$I', attname), ' AND ') FILTER (WHERE key_no IS NOT NULL),
    '<m>', 'mart.' || quote_ident(live.mart),
    '<m_delta>', 'mart.' || quote_ident(live.mart || '_delta'),
    '<m_delta_keys>', 'mart.' || quote_ident(live.mart || '_delta_keys'),
    '<m_changes>', 'mart.' || quote_ident(live.mart || '_changes'),
    '<m_of>', 'mart.' || quote_ident(live.mart || '_of'),
    '<base fold>', format('(SELECT fold_no FROM mart.layers WHERE mart = %L AND layer = ''base'')', live.mart)
  )
  INTO fragments
  FROM pg_catalog.pg_attribute
  CROSS JOIN LATERAL (SELECT array_position(live.key_columns, attname::text) AS key_no) AS place
  WHERE attrelid = format('mart.%I', live.mart)::regclass AND attnum > 0 AND NOT attisdropped;

  SELECT fragments || jsonb_build_object(
    '<r>', 'mart.' || quote_ident(rollup),
    '<r_own>', 'mart.' || quote_ident(rollup || '_own'),
    '<r_all>', 'mart.' || quote_ident(rollup || '_all'),
    '<r_visible>', 'mart.' || quote_ident(rollup || '_visible'),
    '<topic>', quote_literal(topic),
    '<owner>', quote_ident(owner),
    '<owners>', format('(SELECT crm.visible_user_ids(%L))::uuid[]', topic),
    '<columns>', string_agg(quote_ident(attname), ', ' ORDER BY attnum),
    '<groups>', string_agg(quote_ident(attname), ', ' ORDER BY attnum) FILTER (WHERE is_group),
    '<negative>', string_agg(CASE WHEN is_group THEN '' ELSE '-' END || quote_ident(attname), ', ' ORDER BY attnum),
    -- What was taken off may leave zeros behind the point.
    '<sums>', string_agg(format(CASE atttypid WHEN 'numeric'::regtype THEN 'trim_scale(sum(%1$I)) AS %1$I' ELSE 'sum(%1$I)::bigint AS %1$I' END, attname), ', ' ORDER BY attnum) FILTER (WHERE NOT is_group),
    '<counted>', quote_ident(counted),
    '<fill>', format(
      '(SELECT max(fills.fill_no) FROM mart.rollup_fills AS fills JOIN mart.layers ON layers.mart = %L AND layers.layer = ''base'' '
      'WHERE fills.rollup = %L AND fills.base_snapshot = layers.snapshot::text AND fills.circumstances = (SELECT %s))',
      summed.mart, rollup, summed.circumstances
    )
  )
  INTO fragments
  FROM pg_catalog.pg_attribute
  CROSS JOIN LATERAL (SELECT attname = ANY (summed.groups) AS is_group) AS part
  WHERE attrelid = format('mart.%I', rollup || '_definition')::regclass AND attnum > 0 AND NOT attisdropped;

  views := replace(views, '<replaced rows>', replace(summed.template, '<rows>', $rows$(
    SELECT <base.columns>
    FROM (
      SELECT <keys> FROM <m_delta_keys> WHERE <owner> = ANY (<owners>) AND fold_no > <base fold>
      UNION
      SELECT <keys> FROM <m_changes>() WHERE <owner> = ANY (<owners>)
    ) AS replaced
    CROSS JOIN LATERAL (SELECT * FROM <m> AS base WHERE <replaced = base> OFFSET 0) AS base
  )$rows$));
  views := replace(views, '<newer rows>', replace(summed.template, '<rows>', $rows$(
    SELECT <delta.columns>
    FROM <m_delta> AS delta
    WHERE delta.<owner> = ANY (<owners>)
      AND delta.fold_no > <base fold>
      AND NOT EXISTS (SELECT FROM <m_changes>() AS changed WHERE <changed = delta>)
    UNION ALL
    SELECT <fresh.columns>
    FROM <m_changes>() AS changed
    CROSS JOIN LATERAL <m_of>(<changed.keys>) AS fresh
    WHERE changed.<owner> = ANY (<owners>)
  )$rows$));
  views := replace(views, '<own rows>', replace(summed.template, '<rows>', format('mart.%I', summed.mart || '_own')));
  PERFORM mart.run_template(fragments, views);
END
$$;
COMMENT ON FUNCTION mart.add_own_sums(text, text) IS
  'Lets whoever sees the rows of some people read a rollup too, which has to be split by the owner as the key of its mart is, by name; with '
  'the count that was named to mart.add_rollup.';

-- Down Migration

DROP FUNCTION mart.add_own_sums(text, text);
