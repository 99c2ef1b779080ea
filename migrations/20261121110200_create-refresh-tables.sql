-- Up Migration

CREATE TABLE ops.refresh_schedule (
  mart text PRIMARY KEY,
  cron text CHECK (cron ~ '^\S+( \S+){4}$'),
  is_enabled boolean NOT NULL DEFAULT true,
  timeout_seconds integer NOT NULL DEFAULT 600 CHECK (timeout_seconds BETWEEN 1 AND 21600),
  description text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE ops.refresh_schedule IS
  'One row per mart: when the worker refreshes it, unless nothing has changed. Change a row, and the worker follows within a minute.';
COMMENT ON COLUMN ops.refresh_schedule.mart IS 'Name of the materialized view in schema mart.';
COMMENT ON COLUMN ops.refresh_schedule.cron IS
  'Minute, hour, day, month, weekday in the business zone; NULL: after each refresh of a mart that this one reads. '
  'Keep to hours outside 01:00 to 03:00, which some days have twice and some not at all.';
COMMENT ON COLUMN ops.refresh_schedule.is_enabled IS 'False: refreshed by hand, and when it has to be: to be filled, or after a change that may concern every row.';
COMMENT ON COLUMN ops.refresh_schedule.timeout_seconds IS 'A refresh that takes longer is cancelled, and counts as failed.';

CREATE TABLE ops.refresh_runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mart text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('first', 'concurrent', 'plain')),
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'succeeded', 'failed')),
  started_at timestamptz NOT NULL DEFAULT now(),
  snapshot_at timestamptz,
  finished_at timestamptz,
  row_count bigint,
  change_count bigint,
  error_message text,
  worker text NOT NULL,
  CHECK ((status = 'running') = (finished_at IS NULL)),
  CHECK (status <> 'succeeded' OR (snapshot_at IS NOT NULL AND row_count IS NOT NULL)),
  CHECK ((status = 'failed') = (error_message IS NOT NULL))
);
COMMENT ON TABLE ops.refresh_runs IS 'One row per refresh of a mart.';
COMMENT ON COLUMN ops.refresh_runs.kind IS
  'first: the view was empty until then; concurrent: readers went on; plain: readers had to wait.';
COMMENT ON COLUMN ops.refresh_runs.snapshot_at IS
  'What was committed before this instant is in the mart. A mart computed from others is as old as the oldest of them.';
COMMENT ON COLUMN ops.refresh_runs.row_count IS 'Rows of the mart afterwards.';
COMMENT ON COLUMN ops.refresh_runs.change_count IS
  'Changes of the tables behind the mart that were ever counted, up to its snapshot: while the count is the same, so is the mart. '
  'NULL where not all of them are counted.';
COMMENT ON COLUMN ops.refresh_runs.worker IS 'Machine and process that ran it.';
CREATE INDEX refresh_runs_mart_idx ON ops.refresh_runs (mart, id);
CREATE INDEX refresh_runs_succeeded_idx ON ops.refresh_runs (mart, id) WHERE status = 'succeeded';
CREATE INDEX refresh_runs_running_idx ON ops.refresh_runs (mart) WHERE status = 'running';

CREATE TRIGGER set_updated_at BEFORE UPDATE ON ops.refresh_schedule
  FOR EACH ROW EXECUTE FUNCTION crm.set_updated_at();

-- Each mart's columns are described once, on its reporting view.
CREATE FUNCTION ops.copy_column_comments(described regclass, target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('COMMENT ON COLUMN %I.%I.%I IS %L',
      target_class.relnamespace::regnamespace, target_class.relname, target_column.attname,
      col_description(described, described_column.attnum))
    FROM pg_catalog.pg_attribute AS target_column
    JOIN pg_catalog.pg_class AS target_class ON target_class.oid = target_column.attrelid
    JOIN pg_catalog.pg_attribute AS described_column
      ON described_column.attrelid = described AND described_column.attname = target_column.attname
    WHERE target_column.attrelid = target
      AND target_column.attnum > 0
      AND NOT target_column.attisdropped
      AND col_description(described, described_column.attnum) IS NOT NULL
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;
COMMENT ON FUNCTION ops.copy_column_comments(regclass, regclass) IS
  'Gives the columns of the second relation the comments of those of the same name in the first.';

-- Down Migration

DROP FUNCTION ops.copy_column_comments(regclass, regclass);
DROP TABLE ops.refresh_runs;
DROP TABLE ops.refresh_schedule;
