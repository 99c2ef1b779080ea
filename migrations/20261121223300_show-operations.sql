-- Up Migration

-- How the marts are and have been, for dashboards of operators: as of now in mart_freshness, over time in mart_refreshes and
-- mart_audits. What went wrong, in the database's own words, stays with who may see the status.

CREATE OR REPLACE VIEW reporting.mart_freshness WITH (security_barrier) AS
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
  drift,
  failure_count,
  delta_key_count,
  is_reset,
  folded_at,
  fold_seconds,
  fold_failure_count,
  audited_at
FROM ops.mart_status;
COMMENT ON COLUMN reporting.mart_freshness.failure_count IS 'Refreshes that failed since the last one that did not.';
COMMENT ON COLUMN reporting.mart_freshness.delta_key_count IS 'Live marts: keys folded since the last refresh; NULL: not live.';
COMMENT ON COLUMN reporting.mart_freshness.is_reset IS 'Live marts: whether every row is computed when it is read, until the next refresh.';
COMMENT ON COLUMN reporting.mart_freshness.folded_at IS 'Live marts: when changes were last folded; NULL: not live, or none yet.';
COMMENT ON COLUMN reporting.mart_freshness.fold_seconds IS 'How long that fold took, in seconds.';
COMMENT ON COLUMN reporting.mart_freshness.fold_failure_count IS 'Folds that failed since the last one that did not.';
COMMENT ON COLUMN reporting.mart_freshness.audited_at IS 'Instant of the last audit that came to a result; NULL: not live, or not audited yet.';

CREATE VIEW reporting.mart_refreshes WITH (security_barrier) AS
SELECT
  id AS refresh_id,
  mart,
  kind,
  status,
  started_at,
  (started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS started_on,
  finished_at,
  extract(epoch FROM finished_at - started_at)::numeric(12, 3) AS duration_seconds,
  row_count
FROM ops.refresh_runs;
GRANT SELECT ON reporting.mart_refreshes TO tidemark_reader;
COMMENT ON VIEW reporting.mart_refreshes IS
  'The refreshes of materialized views. One row per refresh; unique by refresh_id. Live: a committed change is in the next read.';
COMMENT ON COLUMN reporting.mart_refreshes.refresh_id IS 'Key of the refresh: later ones have higher keys.';
COMMENT ON COLUMN reporting.mart_refreshes.mart IS 'Name of the mart, which is also that of its reporting view.';
COMMENT ON COLUMN reporting.mart_refreshes.kind IS
  'first: the view was empty until then; concurrent: readers went on; plain: readers had to wait.';
COMMENT ON COLUMN reporting.mart_refreshes.status IS 'running, succeeded or failed.';
COMMENT ON COLUMN reporting.mart_refreshes.started_at IS 'When it began.';
COMMENT ON COLUMN reporting.mart_refreshes.started_on IS 'That day in the business time zone.';
COMMENT ON COLUMN reporting.mart_refreshes.finished_at IS 'When it ended; NULL while it runs.';
COMMENT ON COLUMN reporting.mart_refreshes.duration_seconds IS 'How long it took, in seconds; NULL while it runs.';
COMMENT ON COLUMN reporting.mart_refreshes.row_count IS 'Rows of the mart afterwards; NULL where it did not succeed.';

CREATE VIEW reporting.mart_audits WITH (security_barrier) AS
SELECT
  id AS audit_id,
  mart,
  started_at,
  (started_at AT TIME ZONE (SELECT ops.business_time_zone()))::date AS started_on,
  extract(epoch FROM finished_at - started_at)::numeric(12, 3) AS duration_seconds,
  row_count,
  drift,
  error_message IS NULL AS has_result
FROM ops.audits;
GRANT SELECT ON reporting.mart_audits TO tidemark_reader;
COMMENT ON VIEW reporting.mart_audits IS
  'Comparisons of live marts with their definitions, those of the last 90 days. One row per comparison; unique by audit_id. Live: a '
  'committed change is in the next read.';
COMMENT ON COLUMN reporting.mart_audits.audit_id IS 'Key of the comparison: later ones have higher keys.';
COMMENT ON COLUMN reporting.mart_audits.mart IS 'Name of the mart, which is also that of its reporting view.';
COMMENT ON COLUMN reporting.mart_audits.started_at IS 'When it began.';
COMMENT ON COLUMN reporting.mart_audits.started_on IS 'That day in the business time zone.';
COMMENT ON COLUMN reporting.mart_audits.duration_seconds IS 'How long it took, in seconds.';
COMMENT ON COLUMN reporting.mart_audits.row_count IS 'Rows of the definition; NULL without a result.';
COMMENT ON COLUMN reporting.mart_audits.drift IS 'Rows in which the two differed: 0 is right; NULL without a result.';
COMMENT ON COLUMN reporting.mart_audits.has_result IS 'False: it broke off.';

-- Down Migration

DROP VIEW reporting.mart_audits;
DROP VIEW reporting.mart_refreshes;
SELECT mart.redefine_view('mart_freshness', $$
  SELECT
    mart,
    refreshed_at,
    duration_seconds,
    row_count,
    last_status,
    CASE WHEN (SELECT crm.may('status:view')) THEN last_error END AS last_error,
    CASE WHEN is_scheduled THEN cron END AS cron,
    is_live,
    changed_key_count,
    drift
  FROM ops.mart_status
$$);
