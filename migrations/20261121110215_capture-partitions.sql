-- Up Migration

-- Rows of a partitioned table come and go in ways that its own statement triggers do not see: written straight into a
-- partition, attached or detached with one, truncated in one. So each partition has the capture triggers too (a
-- statement fires those of the table that it names, and no others), and the partitions that a refresh found are kept
-- with it: as soon as there are others, every row of the mart may have changed.

CREATE TABLE mart.added_partitions (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  source regclass NOT NULL,
  partition text NOT NULL
);
COMMENT ON TABLE mart.added_partitions IS
  'One row per partition that was empty and captured when it came, which changed no mart: the only difference from what a refresh found that is none.';
COMMENT ON COLUMN mart.added_partitions.xid IS 'Transaction that added it.';
COMMENT ON COLUMN mart.added_partitions.source IS 'Table that it was added to.';
COMMENT ON COLUMN mart.added_partitions.partition IS 'As mart.partition_layout() has it.';

CREATE FUNCTION mart.is_captured(partition regclass, source regclass) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT NOT EXISTS (
    SELECT FROM pg_trigger AS wanted
    WHERE wanted.tgrelid = source
      AND wanted.tgname LIKE 'capture\_%'
      AND NOT EXISTS (
        SELECT FROM pg_trigger AS found
        WHERE found.tgrelid = partition
          AND found.tgname = wanted.tgname
          AND found.tgfoid = wanted.tgfoid
          AND found.tgenabled IN ('O', 'A')
      )
  )
$$;
COMMENT ON FUNCTION mart.is_captured(regclass, regclass) IS
  'Whether a partition has the capture triggers of its table, so that rows written straight into it are written down.';

-- Asked of the catalogue's own tables: they answer as of the query's snapshot, as the marts do.
CREATE FUNCTION mart.partition_layout(sources regclass[], only_captured boolean DEFAULT false) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET jit = off SET max_parallel_workers_per_gather = 0
AS $$
DECLARE
  partitioned regclass[] := ARRAY(SELECT oid FROM pg_catalog.pg_class WHERE oid = ANY (sources) AND relkind = 'p' ORDER BY oid);
  source regclass;
  parents oid[];
  partitions text[];
  layout text[] := '{}';
BEGIN
  IF partitioned = '{}' THEN
    RETURN NULL;
  END IF;
  FOREACH source IN ARRAY partitioned LOOP
    parents := ARRAY[source];
    -- Once more for partitions that have partitions.
    WHILE parents IS NOT NULL LOOP
      SELECT
        -- TRUNCATE gives a new file, and a partition that comes back has another xmin.
        array_agg(class.oid || ' ' || class.relfilenode || ' ' || link.xmin ORDER BY class.oid)
          FILTER (WHERE NOT only_captured OR mart.is_captured(class.oid, source)),
        array_agg(class.oid) FILTER (WHERE class.relkind = 'p')
      INTO partitions, parents
      FROM pg_catalog.pg_inherits AS link
      JOIN pg_catalog.pg_class AS class ON class.oid = link.inhrelid
      WHERE link.inhparent = ANY (parents) AND NOT link.inhdetachpending;
      layout := layout || partitions;
    END LOOP;
  END LOOP;
  RETURN layout;
END
$$;
COMMENT ON FUNCTION mart.partition_layout(regclass[], boolean) IS
  'The partitions of those tables that have some, as the snapshot of the query sees them: one text each, which changes whenever its rows '
  'may have without a trigger''s notice. NULL where no table is partitioned. only_captured: without those that lack capture triggers.';

CREATE FUNCTION mart.has_layout(sources regclass[], layout text[], since pg_snapshot) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  present text[] := mart.partition_layout(sources);
  added text[] := ARRAY(
    SELECT added.partition
    FROM mart.added_partitions AS added
    WHERE added.source = ANY (sources)
      AND NOT pg_visible_in_snapshot(added.xid, since)
      -- In a copy restored elsewhere, one of the old cluster can be ahead of every transaction.
      AND added.xid < pg_snapshot_xmax(pg_current_snapshot())
  );
BEGIN
  IF added = '{}' THEN
    RETURN present = layout;
  END IF;
  RETURN ARRAY(SELECT unnest(present) ORDER BY 1) = ARRAY(SELECT unnest(layout || added) ORDER BY 1);
END
$$;
COMMENT ON FUNCTION mart.has_layout(regclass[], text[], pg_snapshot) IS
  'Whether those tables have the partitions of a layout, and besides only such as were empty and captured when they came, since that snapshot.';

CREATE FUNCTION mart.add_partition(source regclass, partition regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM mart.captured_tables AS captured WHERE captured.source = add_partition.source AND captured.log IS NOT NULL) THEN
    RETURN;
  END IF;
  PERFORM mart.add_capture_triggers(partition, 'log_' || relname) FROM pg_catalog.pg_class WHERE oid = source;
  INSERT INTO mart.added_partitions (source, partition)
  SELECT add_partition.source, line
  FROM unnest(mart.partition_layout(ARRAY[source])) AS line
  WHERE line LIKE add_partition.partition::oid || ' %';
END
$$;
COMMENT ON FUNCTION mart.add_partition(regclass, regclass) IS
  'For a partition that this very transaction made, empty, and attached: gives it the capture triggers, and the marts stand as they are.';

CREATE FUNCTION mart.capture_partitions(source regclass) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
-- Behind a long transaction that writes into the partition, every other writer would have to wait too.
SET lock_timeout = '5s'
AS $$
DECLARE
  partition regclass;
  captured_count integer := 0;
BEGIN
  FOR partition IN
    SELECT relid FROM pg_partition_tree(source) WHERE level > 0 AND NOT mart.is_captured(relid, source)
  LOOP
    PERFORM mart.add_capture_triggers(partition, 'log_' || relname) FROM pg_catalog.pg_class WHERE oid = source;
    captured_count := captured_count + 1;
  END LOOP;
  IF captured_count > 0 THEN
    INSERT INTO mart.resets (source) VALUES (capture_partitions.source);
  END IF;
  RETURN captured_count;
END
$$;
COMMENT ON FUNCTION mart.capture_partitions(regclass) IS
  'Gives the capture triggers to partitions of a captured table that lack them, and has the marts that read it refreshed; returns how '
  'many. Until then those marts are computed anew by every reader. Fails, for another try, where a partition stays locked.';

-- Those that the service makes each month.
CREATE OR REPLACE FUNCTION crm.announce_partition(parent regclass, partition regclass) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS $$
  SELECT mart.add_partition(parent, partition)
$$;

-- Down Migration

CREATE OR REPLACE FUNCTION crm.announce_partition(parent regclass, partition regclass) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp
AS '';
DROP FUNCTION mart.capture_partitions(regclass);
DROP FUNCTION mart.add_partition(regclass, regclass);
DROP FUNCTION mart.has_layout(regclass[], text[], pg_snapshot);
DROP FUNCTION mart.partition_layout(regclass[], boolean);
DROP FUNCTION mart.is_captured(regclass, regclass);
DROP TABLE mart.added_partitions;
