-- Up Migration

-- How every mart is, in one place: the status page, /status.json, /metrics and the command line read this view, and BI
-- tools the part of it in reporting.mart_freshness.

CREATE FUNCTION mart.changed_key_count(mart text, at_most integer DEFAULT 10000) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off SET max_parallel_workers_per_gather = 0
AS $$
#variable_conflict use_column
DECLARE
  statement text;
  folded record;
  key_count bigint;
BEGIN
  SELECT xmax, running INTO folded FROM mart.positions WHERE positions.mart = changed_key_count.mart;
  IF NOT FOUND OR mart.is_reset(mart) THEN
    RETURN NULL;
  END IF;
  SELECT format($statement$
    WITH touched AS (
      SELECT %1$s FROM mart.%2$I WHERE xid >= $1 OR xid = ANY ($2) LIMIT $3
    ),
    changed AS (
      SELECT DISTINCT %1$s FROM touched
    )
    SELECT CASE WHEN (SELECT count(*) FROM touched) < $3 THEN (SELECT count(*) FROM changed) ELSE $3 END
    $statement$,
    (SELECT string_agg(quote_ident(name), ', ') FROM unnest(live.key_columns) AS name),
    live.mart || '_touched')
  INTO statement
  FROM mart.live_marts AS live
  WHERE live.mart = changed_key_count.mart;
  -- A load of millions is not read to its end only to say that it is many.
  EXECUTE statement INTO key_count USING folded.xmax, folded.running, at_most + 1;
  RETURN key_count;
END
$$;
COMMENT ON FUNCTION mart.changed_key_count(text, integer) IS
  'How many keys of a live mart changed since its last fold; at_most + 1 where more changes than that wait, of however many keys. '
  'NULL: never filled, or every key.';

CREATE FUNCTION mart.delta_key_count(mart text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  result bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM mart.%I WHERE fold_no > $1', mart || '_delta_keys')
  INTO result
  USING (SELECT fold_no FROM mart.layers WHERE layers.mart = delta_key_count.mart AND layer = 'base');
  RETURN result;
END
$$;
COMMENT ON FUNCTION mart.delta_key_count(text) IS 'How many keys of a live mart were folded since its last refresh.';

CREATE FUNCTION ops.worker_seen_at() RETURNS timestamptz
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  result timestamptz;
BEGIN
  -- The queue makes its tables itself, when the first worker starts.
  IF to_regclass('pgboss.version') IS NOT NULL THEN
    EXECUTE 'SELECT max(cron_on) FROM pgboss.version' INTO result;
  END IF;
  RETURN result;
END
$$;
COMMENT ON FUNCTION ops.worker_seen_at() IS
  'When a worker last looked for what is due, which it does twice a minute; NULL: none has run yet.';

CREATE VIEW ops.mart_status AS
WITH marts AS (
  SELECT class.relname::text AS mart, live.mart IS NOT NULL AS is_live
  FROM pg_catalog.pg_class AS class
  LEFT JOIN mart.live_marts AS live ON live.mart = class.relname
  WHERE class.relnamespace = 'mart'::regnamespace AND class.relkind = 'm'
)
SELECT
  marts.mart,
  marts.is_live,
  success.snapshot_at AS refreshed_at,
  extract(epoch FROM success.finished_at - success.started_at)::numeric(12, 3) AS duration_seconds,
  success.row_count,
  latest.status AS last_status,
  latest.started_at AS last_started_at,
  latest.error_message AS last_error,
  (
    SELECT count(*)
    FROM ops.refresh_runs AS failure
    WHERE failure.mart = marts.mart AND failure.id > coalesce(success.id, 0) AND failure.status = 'failed'
  ) AS failure_count,
  schedule.cron,
  coalesce(schedule.is_enabled, false) AS is_scheduled,
  coalesce(schedule.timeout_seconds, 600) AS timeout_seconds,
  marts.is_live AND success.id IS NOT NULL AND mart.is_reset(marts.mart) AS is_reset,
  CASE WHEN marts.is_live THEN mart.changed_key_count(marts.mart) END AS changed_key_count,
  CASE WHEN marts.is_live THEN mart.delta_key_count(marts.mart) END AS delta_key_count,
  fold.folded_at,
  (fold.duration_ms / 1000)::numeric(12, 3) AS fold_seconds,
  coalesce(fold.failure_count, 0) AS fold_failure_count,
  fold.error_message AS fold_error,
  audit.drift,
  audit.snapshot_at AS audited_at,
  extract(epoch FROM audit.finished_at - audit.started_at)::numeric(12, 3) AS audit_seconds,
  latest_audit.error_message AS audit_error
FROM marts
LEFT JOIN LATERAL (
  SELECT * FROM ops.refresh_runs WHERE mart = marts.mart AND status = 'succeeded' ORDER BY id DESC LIMIT 1
) AS success ON true
LEFT JOIN LATERAL (
  SELECT * FROM ops.refresh_runs WHERE mart = marts.mart ORDER BY id DESC LIMIT 1
) AS latest ON true
LEFT JOIN LATERAL (
  SELECT * FROM ops.audits WHERE mart = marts.mart AND error_message IS NULL ORDER BY id DESC LIMIT 1
) AS audit ON marts.is_live
LEFT JOIN LATERAL (
  SELECT * FROM ops.audits WHERE mart = marts.mart ORDER BY id DESC LIMIT 1
) AS latest_audit ON marts.is_live
LEFT JOIN ops.fold_status AS fold ON fold.mart = marts.mart
LEFT JOIN ops.refresh_schedule AS schedule ON schedule.mart = marts.mart;
COMMENT ON VIEW ops.mart_status IS 'How every mart is, for its operator. One row per mart; unique by mart.';

CREATE VIEW reporting.mart_freshness WITH (security_barrier) AS
SELECT
  mart,
  refreshed_at,
  duration_seconds,
  row_count,
  last_status,
  -- The database's own words, which may quote anybody's row.
  CASE WHEN (SELECT crm.may('status:view')) THEN last_error END AS last_error,
  CASE WHEN is_scheduled THEN cron END AS cron,
  is_live,
  changed_key_count,
  drift
FROM ops.mart_status;
GRANT SELECT ON reporting.mart_freshness TO tidemark_reader;
-- A view lends its reader the rights on tables, not those on functions.
GRANT EXECUTE ON FUNCTION mart.is_reset(text), mart.changed_key_count(text, integer), mart.delta_key_count(text) TO tidemark_reader;

COMMENT ON VIEW reporting.mart_freshness IS 'How fresh the reports are. One row per mart; unique by mart.';
COMMENT ON COLUMN reporting.mart_freshness.mart IS 'Name of the mart, which is also that of its reporting view.';
COMMENT ON COLUMN reporting.mart_freshness.refreshed_at IS
  'What was committed before this instant is in the materialized view; NULL until its first refresh. A live mart shows what came later too.';
COMMENT ON COLUMN reporting.mart_freshness.duration_seconds IS 'How long the last successful refresh took, in seconds.';
COMMENT ON COLUMN reporting.mart_freshness.row_count IS 'Rows of the mart after its last successful refresh.';
COMMENT ON COLUMN reporting.mart_freshness.last_status IS 'Outcome of the newest refresh: running, succeeded or failed; NULL before the first.';
COMMENT ON COLUMN reporting.mart_freshness.last_error IS
  'What went wrong with the newest refresh, where it failed; NULL also for those without the permission status:view.';
COMMENT ON COLUMN reporting.mart_freshness.cron IS
  'Schedule in the business zone: minute, hour, day, month, weekday; NULL: after each refresh of a mart that this one reads, or by hand.';
COMMENT ON COLUMN reporting.mart_freshness.is_live IS
  'True: what is committed is in the next read. False: as of refreshed_at.';
COMMENT ON COLUMN reporting.mart_freshness.changed_key_count IS
  'Live marts: keys changed since the last fold, which each read recomputes; 10001 where more than 10,000 changes wait. NULL: not live, not '
  'filled yet, or every key until the next refresh.';
COMMENT ON COLUMN reporting.mart_freshness.drift IS
  'Rows in which the live mart and its definition differed at the last audit: 0 is right. NULL: not live, or not audited yet.';

-- Down Migration

DROP VIEW reporting.mart_freshness;
DROP VIEW ops.mart_status;
DROP FUNCTION ops.worker_seen_at();
DROP FUNCTION mart.delta_key_count(text);
DROP FUNCTION mart.changed_key_count(text, integer);
