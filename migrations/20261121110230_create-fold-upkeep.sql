-- Up Migration

-- What the worker asks and notes between folds: what there is to fold, what has changed at all, how the folds go, and
-- which change logs can be pruned.

CREATE TABLE ops.fold_status (
  mart text PRIMARY KEY,
  folded_at timestamptz,
  key_count bigint,
  duration_ms double precision,
  ms_per_key double precision,
  failure_count integer NOT NULL DEFAULT 0,
  failing_since timestamptz,
  error_message text,
  refresh_requested_at timestamptz,
  refresh_reason text CHECK (refresh_reason IN ('reset', 'backlog', 'delta')),
  CHECK ((failure_count = 0) = (failing_since IS NULL)),
  CHECK ((failure_count = 0) = (error_message IS NULL)),
  CHECK ((refresh_requested_at IS NULL) = (refresh_reason IS NULL))
)
-- Written at every fold: room for the new version beside the old one.
WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
COMMENT ON TABLE ops.fold_status IS 'One row per live mart that was folded, or should have been: how its folds go.';
COMMENT ON COLUMN ops.fold_status.folded_at IS 'When the last fold ended.';
COMMENT ON COLUMN ops.fold_status.key_count IS 'Keys that it recomputed.';
COMMENT ON COLUMN ops.fold_status.duration_ms IS 'How long it took, in milliseconds.';
COMMENT ON COLUMN ops.fold_status.ms_per_key IS 'What a key costs, in milliseconds: smoothed over the last folds that were big enough to tell.';
COMMENT ON COLUMN ops.fold_status.failure_count IS 'Folds that failed since the last one that did not.';
COMMENT ON COLUMN ops.fold_status.failing_since IS 'When the first of them failed.';
COMMENT ON COLUMN ops.fold_status.error_message IS 'What went wrong with the last of them.';
COMMENT ON COLUMN ops.fold_status.refresh_requested_at IS
  'When the folds last asked for a refresh; what is refreshed from a later snapshot has answered.';
COMMENT ON COLUMN ops.fold_status.refresh_reason IS
  'reset: something may concern every row; backlog: a refresh costs less than folding all that changed; delta: what is folded '
  'since the last refresh has become too big a part of the mart.';

CREATE FUNCTION mart.unfolded_rows(mart text, at_most bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  counts text;
  folded record;
  row_count bigint;
BEGIN
  SELECT string_agg(
    format('SELECT count(*) AS row_count FROM (SELECT FROM %s WHERE xid >= $1 OR xid = ANY ($2) LIMIT $3) AS unfolded', captured.log),
    ' UNION ALL ')
  INTO counts
  FROM mart.live_marts AS live
  JOIN mart.captured_tables AS captured ON captured.source = ANY (live.sources)
  WHERE live.mart = unfolded_rows.mart AND captured.log IS NOT NULL;
  SELECT xmax, running INTO folded FROM mart.positions WHERE positions.mart = unfolded_rows.mart;
  IF counts IS NULL OR folded.xmax IS NULL THEN
    RETURN 0;
  END IF;
  EXECUTE format('SELECT sum(row_count) FROM (%s) AS counts', counts)
  INTO row_count
  USING folded.xmax, folded.running, at_most;
  RETURN row_count;
END
$$;
COMMENT ON FUNCTION mart.unfolded_rows(text, bigint) IS
  'How many rows of the change logs a mart has not folded; from each log so many at most. 0 for a mart that was never filled.';

CREATE FUNCTION mart.uncounted_changes(source regclass) RETURNS bigint
-- Before PostgreSQL 18, a scan that is disabled and yet the only way looks dear enough to be compiled, which takes half a second.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
AS $$
DECLARE
  captured record;
  reset_count bigint;
  row_count bigint := 0;
BEGIN
  SELECT
    tables.log,
    tables.system_identifier <> mart.system_identifier() AS is_foreign,
    pg_snapshot_xmax(tables.counted_snapshot) AS xmax,
    ARRAY(SELECT pg_snapshot_xip(tables.counted_snapshot)) AS running
  INTO captured
  FROM mart.captured_tables AS tables
  WHERE tables.source = uncounted_changes.source;

  SELECT count(*)
  INTO reset_count
  FROM mart.resets
  WHERE resets.source = uncounted_changes.source
    AND (captured.is_foreign OR xid >= captured.xmax OR xid = ANY (captured.running));
  IF captured.log IS NOT NULL THEN
    EXECUTE format('SELECT count(*) FROM %s', captured.log)
      || CASE WHEN NOT captured.is_foreign THEN ' WHERE xid >= $1 OR xid = ANY ($2)' ELSE '' END
    INTO row_count
    USING captured.xmax, captured.running;
  END IF;
  RETURN reset_count + row_count;
END
$$;
COMMENT ON FUNCTION mart.uncounted_changes(regclass) IS 'Changes of a captured table that its change_count does not have yet.';

CREATE FUNCTION mart.change_count(sources regclass[]) RETURNS bigint
-- PL/pgSQL keeps its plans. An SQL function is planned again for each query that calls it, which here costs more than it does.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT CASE WHEN count(*) = count(captured.source)
      THEN coalesce(sum(captured.change_count + mart.uncounted_changes(captured.source)), 0)::bigint
    END
    FROM unnest(sources) AS behind (source)
    LEFT JOIN mart.captured_tables AS captured ON captured.source = behind.source
  );
END
$$;
COMMENT ON FUNCTION mart.change_count(regclass[]) IS
  'A number that grows exactly when one of these tables changes; pruning, folding and refreshing leave it alone. NULL where the '
  'changes of one of them are not captured.';

CREATE FUNCTION mart.prune_log(source regclass) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET jit = off
AS $$
#variable_conflict use_column
DECLARE
  captured mart.captured_tables;
  position record;
  first_row xid8;
  -- What this snapshot sees, and those of all marts: transactions below the end that were not running in any of them.
  lowest xid8 := pg_snapshot_xmin(pg_current_snapshot());
  highest xid8 := pg_snapshot_xmax(pg_current_snapshot());
  running xid8[] := ARRAY(SELECT pg_snapshot_xip(pg_current_snapshot()));
  pruned bigint;
BEGIN
  SELECT * INTO captured FROM mart.captured_tables AS tables WHERE tables.source = prune_log.source;
  first_row := CASE WHEN captured.system_identifier = mart.system_identifier() THEN captured.pruned_below ELSE '0' END;
  FOR position IN
    SELECT
      newest.snapshot,
      newest.xmax,
      newest.running,
      EXISTS (
        SELECT FROM mart.layers
        WHERE layers.mart = live.mart AND layers.system_identifier <> mart.system_identifier()
      ) AS is_foreign
    FROM mart.live_marts AS live
    JOIN mart.positions AS newest ON newest.mart = live.mart
    WHERE captured.source = ANY (live.sources)
  LOOP
    -- A mart of another cluster's, restored and not refreshed here: its position is about other transactions.
    lowest := least(lowest, CASE WHEN position.is_foreign THEN first_row ELSE pg_snapshot_xmin(position.snapshot) END);
    highest := least(highest, CASE WHEN position.is_foreign THEN first_row ELSE position.xmax END);
    running := running || position.running;
  END LOOP;

  -- Rows of transactions that this cluster has not had came with a restore, and every mart starts anew after one.
  EXECUTE format('DELETE FROM %s WHERE xid >= $1 AND xid < $2 AND xid <> ALL ($3) OR xid >= $4', captured.log)
  USING first_row, highest, running, pg_snapshot_xmax(pg_current_snapshot());
  GET DIAGNOSTICS pruned = ROW_COUNT;
  UPDATE mart.captured_tables AS tables
  SET pruned_below = greatest(lowest, first_row)
  WHERE tables.source = captured.source AND (pruned > 0 OR tables.system_identifier <> mart.system_identifier());
  RETURN pruned;
END
$$;
COMMENT ON FUNCTION mart.prune_log(regclass) IS
  'Deletes the rows of a change log that every filled mart has in its newest layer. A mart that is being filled for the first '
  'time counts from when that began. Part of mart.prune_changes.';

CREATE FUNCTION mart.prune_changes() RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  captured record;
  added bigint;
  deleted bigint;
  pruned bigint := 0;
BEGIN
  -- What is counted, what is deleted and what the marts have must be of one snapshot.
  IF current_setting('transaction_isolation') <> 'repeatable read' THEN
    RAISE EXCEPTION 'prune_changes needs a REPEATABLE READ transaction';
  END IF;
  FOR captured IN
    SELECT source, log, system_identifier <> mart.system_identifier() AS is_foreign
    FROM mart.captured_tables
    ORDER BY source
  LOOP
    added := mart.uncounted_changes(captured.source);
    deleted := 0;
    IF captured.log IS NOT NULL THEN
      deleted := mart.prune_log(captured.source);
    END IF;
    IF added > 0 OR captured.is_foreign THEN
      UPDATE mart.captured_tables AS tables
      SET
        change_count = tables.change_count + added,
        counted_snapshot = pg_current_snapshot(),
        system_identifier = mart.system_identifier()
      WHERE tables.source = captured.source;
    END IF;
    pruned := pruned + deleted;
  END LOOP;

  DELETE FROM mart.resets
  WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())
    OR NOT EXISTS (
      SELECT
      FROM mart.live_marts AS live
      JOIN mart.layers AS layer ON layer.mart = live.mart
      WHERE resets.source = ANY (live.sources)
        -- The base; until there is one, what its first fill began from.
        AND (layer.layer = 'base' OR NOT EXISTS (
          SELECT FROM mart.layers AS base WHERE base.mart = layer.mart AND base.layer = 'base'
        ))
        AND NOT (
          layer.system_identifier = mart.system_identifier()
          AND pg_visible_in_snapshot(resets.xid, layer.snapshot)
        )
    );
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN pruned + deleted;
END
$$;
COMMENT ON FUNCTION mart.prune_changes() IS
  'Counts the changes that were not counted yet, and deletes what every mart has. In a REPEATABLE READ transaction; one session at a '
  'time, or one of them fails. Returns how many rows are gone.';

-- Down Migration

DROP FUNCTION mart.prune_changes();
DROP FUNCTION mart.prune_log(regclass);
DROP FUNCTION mart.change_count(regclass[]);
DROP FUNCTION mart.uncounted_changes(regclass);
DROP FUNCTION mart.unfolded_rows(text, bigint);
DROP TABLE ops.fold_status;
