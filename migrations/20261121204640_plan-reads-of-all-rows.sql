-- Up Migration

-- Who may see all rows reads many at once: each was looked up among the folded keys and again among the changed ones, as is right
-- for the few rows of a person. Asked in one, it is one small hash table. The rows are those of the live view.
CREATE FUNCTION mart.plan_all_rows(mart text, topic text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  fragments jsonb;
BEGIN
  SELECT jsonb_build_object(
    '<m>', 'mart.' || quote_ident(live.mart),
    '<m_all>', 'mart.' || quote_ident(live.mart || '_all'),
    '<m_delta>', 'mart.' || quote_ident(live.mart || '_delta'),
    '<m_delta_keys>', 'mart.' || quote_ident(live.mart || '_delta_keys'),
    '<m_changes>', 'mart.' || quote_ident(live.mart || '_changes'),
    '<m_of>', 'mart.' || quote_ident(live.mart || '_of'),
    '<topic>', quote_literal(topic),
    '<base fold>', format('(SELECT fold_no FROM mart.layers WHERE mart = %L AND layer = ''base'')', live.mart),
    '<columns>', string_agg(quote_ident(attname), ', ' ORDER BY attnum),
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
  WHERE live.mart = plan_all_rows.mart
  GROUP BY live.mart;

  PERFORM mart.run_template(fragments, $template$
    CREATE OR REPLACE VIEW <m_all> AS
    SELECT <columns>
    FROM (
      SELECT <base.columns>
      FROM <m> AS base
      WHERE NOT EXISTS (
        SELECT
        FROM (
          SELECT <keys> FROM <m_delta_keys> WHERE fold_no > <base fold>
          UNION ALL
          SELECT <keys> FROM <m_changes>()
        ) AS replaced
        WHERE <replaced = base>
      )
      UNION ALL
      SELECT <delta.columns>
      FROM <m_delta> AS delta
      WHERE delta.fold_no > <base fold> AND NOT EXISTS (SELECT FROM <m_changes>() AS changed WHERE <changed = delta>)
      UNION ALL
      SELECT <fresh.columns>
      FROM <m_changes>() AS changed
      CROSS JOIN LATERAL <m_of>(<changed.keys>) AS fresh
    ) AS live
    WHERE (SELECT crm.sees_all_rows(<topic>));
  $template$);
END
$$;
COMMENT ON FUNCTION mart.plan_all_rows(text, text) IS
  'Plans mart.<m>_all, of what mart.add_visible_rows made, for reads of many rows.';

CREATE FUNCTION mart.topic_of(mart text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT substring(pg_get_viewdef(to_regclass(format('mart.%I', mart || '_all'))) FROM 'sees_all_rows\(''([^'']+)''')
$$;
COMMENT ON FUNCTION mart.topic_of(text) IS 'The permission that the visible rows of a mart need; NULL where it has none.';

SELECT mart.plan_all_rows(mart, mart.topic_of(mart)) FROM mart.live_marts WHERE mart.topic_of(mart) IS NOT NULL;

-- Read without the rows themselves, which lie scattered over the whole.
DROP INDEX mart.rep_weekly_scores_week_idx;
CREATE INDEX rep_weekly_scores_week_idx
  ON mart.rep_weekly_scores (week_on) INCLUDE (rep_user_id, signal_name, call_count, score_sum, mean_score);

-- Down Migration

DROP INDEX mart.rep_weekly_scores_week_idx;
CREATE INDEX rep_weekly_scores_week_idx ON mart.rep_weekly_scores (week_on);

DO $$
DECLARE
  planned record;
BEGIN
  FOR planned IN
    SELECT
      live.mart,
      mart.topic_of(live.mart) AS topic,
      (
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
        FROM pg_catalog.pg_attribute
        WHERE attrelid = format('mart.%I', live.mart)::regclass AND attnum > 0 AND NOT attisdropped
      ) AS columns
    FROM mart.live_marts AS live
    WHERE mart.topic_of(live.mart) IS NOT NULL
  LOOP
    EXECUTE format(
      'CREATE OR REPLACE VIEW mart.%I AS SELECT %s FROM mart.%I WHERE (SELECT crm.sees_all_rows(%L))',
      planned.mart || '_all', planned.columns, planned.mart || '_live', planned.topic
    );
  END LOOP;
END
$$;
DROP FUNCTION mart.topic_of(text);
DROP FUNCTION mart.plan_all_rows(text, text);
