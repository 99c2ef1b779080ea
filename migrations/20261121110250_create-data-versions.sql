-- Up Migration

-- Which version of the data a view shows, without reading the view: what is behind it, and how often that has changed.
-- An answer that carries the version need not be computed again while the version stays.

-- The marts capture what they are computed from; reporting views also join these when they are read.
SELECT mart.capture_changes('crm.users', '{id}', watched => '{first_name,last_name,team_id,manager_user_id,is_active}');
SELECT mart.capture_changes('crm.teams', '{id}', watched => '{name}');
SELECT mart.capture_changes('crm.products', '{id}', watched => '{name}');
SELECT mart.capture_changes('crm.fiscal_periods', '{id}', watched => '{kind,name,fiscal_year,starts_on,ends_on}');
SELECT mart.capture_changes('crm.quotas', '{id}', watched => '{owner_user_id,fiscal_period_id,amount,currency}');

CREATE VIEW mart.last_refreshes AS
SELECT class.relname::text AS mart, run.id AS refresh_run_id, run.snapshot_at AS refreshed_at
FROM pg_catalog.pg_class AS class
LEFT JOIN LATERAL (
  SELECT id, snapshot_at FROM ops.refresh_runs
  WHERE refresh_runs.mart = class.relname AND status = 'succeeded'
  ORDER BY id DESC
  LIMIT 1
) AS run ON true
WHERE class.relnamespace = 'mart'::regnamespace
  AND class.relkind = 'm'
  AND NOT EXISTS (SELECT FROM mart.live_marts AS live WHERE live.mart = class.relname);
COMMENT ON VIEW mart.last_refreshes IS
  'One row per materialized view without live layers; unique by mart. Where reporting views have from what they show as of when.';
COMMENT ON COLUMN mart.last_refreshes.mart IS 'Name of the materialized view.';
COMMENT ON COLUMN mart.last_refreshes.refresh_run_id IS 'Its last successful refresh, which made the rows that it has; NULL before the first.';
COMMENT ON COLUMN mart.last_refreshes.refreshed_at IS 'What was committed before this instant is in it.';

CREATE FUNCTION mart.sources_behind(views regclass[])
RETURNS TABLE (source text, relation regclass, mart text, shows_instant boolean)
-- Every answer with an ETag asks this, and planning it takes longer than the answer.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH RECURSIVE without_layers AS MATERIALIZED (
    SELECT refresh.mart, class.oid
    FROM mart.last_refreshes AS refresh
    JOIN pg_catalog.pg_class AS class ON class.relname = refresh.mart AND class.relnamespace = 'mart'::regnamespace
  ),
  reached AS (
    SELECT 'pg_catalog.pg_class'::regclass AS kind, view::oid AS oid
    FROM unnest(views) AS view
    UNION
    SELECT reads.kind, reads.oid
    FROM reached
    CROSS JOIN LATERAL mart.reads_of(reached.kind, reached.oid) AS reads
    -- What is behind a mart without live layers reaches the view with its next refresh, not before.
    WHERE reached.oid <> 'mart.last_refreshes'::regclass
      AND NOT EXISTS (SELECT FROM without_layers WHERE without_layers.oid = reached.oid)
  )
  -- The layers of live marts follow from the tables, which are counted themselves.
  SELECT class.oid::regclass::text, class.oid::regclass, NULL, false
  FROM reached
  JOIN pg_catalog.pg_class AS class ON class.oid = reached.oid
  WHERE reached.kind = 'pg_catalog.pg_class'::regclass
    AND class.relkind IN ('r', 'p', 'f')
    AND class.relnamespace NOT IN ('mart'::regnamespace, 'pg_catalog'::regnamespace)
  UNION ALL
  SELECT without_layers.mart, NULL, without_layers.mart, bool_or(reached.oid = 'mart.last_refreshes'::regclass)
  FROM without_layers
  JOIN reached
    ON reached.kind = 'pg_catalog.pg_class'::regclass
    AND reached.oid IN (without_layers.oid, 'mart.last_refreshes'::regclass)
  GROUP BY without_layers.mart
  UNION ALL
  -- What a function reads whose body is only parsed when it runs, nobody can tell; those of the layers are known.
  SELECT function.oid::regprocedure::text, NULL, NULL, false
  FROM reached
  JOIN pg_catalog.pg_proc AS function ON function.oid = reached.oid
  WHERE reached.kind = 'pg_catalog.pg_proc'::regclass
    AND function.pronamespace <> 'pg_catalog'::regnamespace
    AND function.provolatile <> 'i'
    AND function.prosqlbody IS NULL
    AND NOT EXISTS (
      SELECT FROM mart.live_marts AS live
      WHERE function.pronamespace = 'mart'::regnamespace
        AND function.proname IN (live.mart || '_changes', live.mart || '_of')
    )
    -- Whose rows are shown is not a matter of the data: whoever keeps an answer keeps reporting.scope() with it.
    AND function.oid NOT IN (
      'crm.sees_all_rows'::regproc, 'crm.visible_user_ids'::regproc, 'crm.may'::regproc
    );
END
$$;
COMMENT ON FUNCTION mart.sources_behind(regclass[]) IS
  'What decides which rows these views show: tables, materialized views without live layers (mart; shows_instant: also as of when '
  'they are), and functions that hide what they read.';

CREATE FUNCTION mart.version_of(source regclass) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  changes bigint := mart.change_count(ARRAY[source]);
  layout text[] := mart.partition_layout(ARRAY[source]);
BEGIN
  RETURN CASE
    WHEN layout IS NULL THEN changes::text
    -- Partitions come and go with rows that nobody counts, and so do rows of one that lacks the triggers.
    WHEN layout = mart.partition_layout(ARRAY[source], true) THEN
      changes || ' ' || encode(sha256(convert_to(layout::text, 'UTF8')), 'hex')
  END;
END
$$;
COMMENT ON FUNCTION mart.version_of(regclass) IS
  'Stays while the rows of a captured table do, as the snapshot of the caller sees it. NULL: its changes are not captured, or not all.';

CREATE FUNCTION reporting.versions_behind(views text[])
RETURNS TABLE (source text, version text, is_mart boolean, refreshed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
  -- How often everybody's rows change is no business of a BI login's.
  IF NOT pg_has_role(session_user, current_user, 'MEMBER') THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH sources AS MATERIALIZED (
    SELECT behind.source, behind.relation, behind.mart, behind.shows_instant
    FROM mart.sources_behind(ARRAY(
      SELECT class.oid::regclass FROM pg_catalog.pg_class AS class
      WHERE class.relnamespace = 'reporting'::regnamespace AND class.relname = ANY (views)
    )) AS behind
  )
  SELECT
    sources.source,
    CASE
      WHEN sources.mart IS NULL THEN mart.version_of(sources.relation)
      -- The instant moves without a refresh where nothing has changed.
      WHEN sources.shows_instant THEN refresh.refresh_run_id || ' ' || extract(epoch FROM refresh.refreshed_at)
      ELSE refresh.refresh_run_id::text
    END,
    sources.mart IS NOT NULL,
    refresh.refreshed_at
  FROM sources
  LEFT JOIN mart.last_refreshes AS refresh ON refresh.mart = sources.mart
  UNION ALL
  -- The counts mean nothing in another database, nor in an earlier state of this one that a backup brought back; and
  -- a migration may show the same data in another way.
  SELECT
    '(database)',
    concat_ws('/', mart.system_identifier(), checkpoint.timeline_id, 'mart.captured_tables'::regclass::oid, migrations.id, migrations.run_on),
    false,
    NULL
  FROM pg_catalog.pg_control_checkpoint() AS checkpoint
  CROSS JOIN (SELECT max(id) AS id, max(run_on) AS run_on FROM ops.migrations) AS migrations;
END
$$;
GRANT EXECUTE ON FUNCTION reporting.versions_behind(text[]) TO tidemark_pages;
COMMENT ON FUNCTION reporting.versions_behind(text[]) IS
  'The version of what these views of reporting show, in the snapshot of the caller: one row per source of theirs. While all '
  'rows stay the same, so does what the views show; a NULL version makes no promise. refreshed_at: where a source is a '
  'materialized view without live layers, what was committed before this instant is in it. Only for the service: no rows for others.';

CREATE FUNCTION reporting.scope() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  viewer text := crm.viewer();
  permitted text[];
BEGIN
  IF viewer IS NULL OR viewer = '*' THEN
    RETURN coalesce(viewer, '');
  END IF;
  permitted := crm.permissions_of(viewer::uuid);
  RETURN concat_ws(
    ' ', viewer, array_to_string(permitted, ','),
    -- Everybody is everybody, whoever that is.
    CASE WHEN NOT crm.sees_all_rows(NULL) THEN encode(sha256(convert_to(crm.visible_user_ids(NULL)::text, 'UTF8')), 'hex') END
  );
END
$$;
GRANT EXECUTE ON FUNCTION reporting.scope() TO tidemark_pages;
CREATE FUNCTION reporting.audience(topic text) RETURNS TABLE (rows text, page_views text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT
      CASE WHEN crm.sees_all_rows(topic) THEN 'all' ELSE 'own' END,
      ARRAY(SELECT view_name FROM mart.page_views);
END
$$;
GRANT EXECUTE ON FUNCTION reporting.audience(text) TO tidemark_pages;
COMMENT ON FUNCTION reporting.audience(text) IS
  'For whom the views of a page are to be planned: own or all, which names the schema own_rows or all_rows; and the views that it has.';

COMMENT ON FUNCTION reporting.scope() IS
  'Who asks, and what decides which rows they see: the same text, the same rows of the same data.';

-- Down Migration

DROP FUNCTION reporting.audience(text);
DROP FUNCTION reporting.scope();

-- The captures stay until the change logs go.
DROP FUNCTION reporting.versions_behind(text[]);
DROP FUNCTION mart.version_of(regclass);
DROP FUNCTION mart.sources_behind(regclass[]);
DROP VIEW mart.last_refreshes;
