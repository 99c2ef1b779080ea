-- Up Migration

-- Who sees the rows of a hundred people reads tens of thousands, and each was looked up among the folded keys and again among the changed
-- ones. Asked in one, these people's changed keys are one small hash table, as those of everybody are for whoever sees all
-- (mart.plan_all_rows). The rows are those of the live view. Of few people they are kept (mart.add_kept_rows).
CREATE FUNCTION mart.plan_own_rows(mart text, topic text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  fragments jsonb;
BEGIN
  SELECT jsonb_build_object(
    '<m>', 'mart.' || quote_ident(live.mart),
    '<m_own>', 'mart.' || quote_ident(live.mart || '_own'),
    '<m_delta>', 'mart.' || quote_ident(live.mart || '_delta'),
    '<m_delta_keys>', 'mart.' || quote_ident(live.mart || '_delta_keys'),
    '<m_changes>', 'mart.' || quote_ident(live.mart || '_changes'),
    '<m_of>', 'mart.' || quote_ident(live.mart || '_of'),
    '<owner>', quote_ident(live.key_columns[1]),
    '<owners>', format('(SELECT crm.visible_user_ids(%L))::uuid[]', topic),
    '<base fold>', format('(SELECT fold_no FROM mart.layers WHERE mart = %L AND layer = ''base'')', live.mart),
    '<base.columns>', string_agg(format('base.%I', attname), ', ' ORDER BY attnum),
    '<delta.columns>', string_agg(format('delta.%I', attname), ', ' ORDER BY attnum),
    '<fresh.columns>', string_agg(format(CASE WHEN key_no IS NULL THEN 'fresh.%I' ELSE 'changed.%I' END, attname), ', ' ORDER BY attnum),
    '<keys>', string_agg(quote_ident(attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<changed.keys>', string_agg(format('changed.%I', attname), ', ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<replaced = base>', string_agg(format('replaced.%1$I = base.%1$I', attname), ' AND ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL),
    '<changed = delta>', string_agg(format('changed.%1$I = delta.%1$I', attname), ' AND ' ORDER BY key_no) FILTER (WHERE key_no IS NOT NULL)
  )
  INTO fragments
  FROM mart.live_marts AS live
  JOIN pg_catalog.pg_attribute ON attrelid = format('mart.%I', live.mart)::regclass AND attnum > 0 AND NOT attisdropped
  CROSS JOIN LATERAL (SELECT array_position(live.key_columns, attname::text) AS key_no) AS place
  WHERE live.mart = plan_own_rows.mart
  GROUP BY live.mart;

  PERFORM mart.run_template(fragments, $template$
    CREATE OR REPLACE VIEW <m_own> AS
    SELECT <base.columns>
    FROM <m> AS base
    WHERE base.<owner> = ANY (<owners>)
      AND NOT EXISTS (
        SELECT
        FROM (
          SELECT <keys> FROM <m_delta_keys> WHERE <owner> = ANY (<owners>) AND fold_no > <base fold>
          UNION ALL
          SELECT <keys> FROM <m_changes>()
        ) AS replaced
        WHERE <replaced = base>
      )
    UNION ALL
    SELECT <delta.columns>
    FROM <m_delta> AS delta
    WHERE delta.<owner> = ANY (<owners>)
      AND delta.fold_no > <base fold>
      AND NOT EXISTS (SELECT FROM <m_changes>() AS changed WHERE <changed = delta>)
    UNION ALL
    SELECT <fresh.columns>
    FROM <m_changes>() AS changed
    CROSS JOIN LATERAL <m_of>(<changed.keys>) AS fresh
    WHERE changed.<owner> = ANY (<owners>);
  $template$);
END
$$;
COMMENT ON FUNCTION mart.plan_own_rows(text, text) IS
  'Plans mart.<m>_own, of what mart.add_visible_rows made, for reads of the rows of many people. The owner has to come first in the key.';

SELECT mart.plan_own_rows(mart, topic) FROM mart.kept_marts;

-- Down Migration

DO $$
DECLARE
  planned record;
BEGIN
  FOR planned IN
    SELECT
      live.mart,
      kept.topic,
      live.key_columns[1] AS owner,
      (
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
        FROM pg_catalog.pg_attribute
        WHERE attrelid = format('mart.%I', live.mart)::regclass AND attnum > 0 AND NOT attisdropped
      ) AS columns
    FROM mart.live_marts AS live
    JOIN mart.kept_marts AS kept ON kept.mart = live.mart
  LOOP
    EXECUTE format(
      'CREATE OR REPLACE VIEW mart.%I AS SELECT %s FROM mart.%I WHERE %I = ANY ((SELECT crm.visible_user_ids(%L))::uuid[])',
      planned.mart || '_own', planned.columns, planned.mart || '_live', planned.owner, planned.topic
    );
  END LOOP;
END
$$;
DROP FUNCTION mart.plan_own_rows(text, text);
