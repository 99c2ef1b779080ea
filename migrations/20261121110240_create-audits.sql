-- Up Migration

CREATE TABLE ops.audits (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mart text NOT NULL,
  started_at timestamptz NOT NULL,
  snapshot_at timestamptz,
  finished_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  row_count bigint CHECK (row_count >= 0),
  drift bigint CHECK (drift >= 0),
  error_message text,
  worker text NOT NULL,
  -- It either came to an end with a result, or says why not.
  CHECK (num_nulls(snapshot_at, row_count, drift) = CASE WHEN error_message IS NULL THEN 0 ELSE 3 END)
);
COMMENT ON TABLE ops.audits IS 'One row per comparison of a live mart with its definition; kept for 90 days.';
COMMENT ON COLUMN ops.audits.snapshot_at IS 'Instant at which both sides were read, in one snapshot.';
COMMENT ON COLUMN ops.audits.row_count IS 'Rows of the definition.';
COMMENT ON COLUMN ops.audits.drift IS 'Rows that only one side has: 0 when reports show exactly what the tables say.';
COMMENT ON COLUMN ops.audits.error_message IS 'Why it came to no result; NULL where it did.';
COMMENT ON COLUMN ops.audits.worker IS 'Machine and process that ran it.';
CREATE INDEX audits_mart_idx ON ops.audits (mart, id);
CREATE INDEX audits_succeeded_idx ON ops.audits (mart, id) WHERE error_message IS NULL;

CREATE FUNCTION mart.audit(mart text, OUT row_count bigint, OUT drift bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  columns text := (
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_catalog.pg_attribute
    WHERE attrelid = format('mart.%I', audit.mart)::regclass AND attnum > 0 AND NOT attisdropped
  );
BEGIN
  -- One pass over both sides, which at millions of rows is faster than EXCEPT ALL both ways and counts the same: a row
  -- that one side has twice and the other once differs too.
  EXECUTE format($statement$
    WITH sides AS (
      SELECT %1$s, 1 AS "in live", 0 AS "in definition" FROM mart.%2$I
      UNION ALL
      SELECT %1$s, 0, 1 FROM mart.%3$I
    ),
    compared AS (
      SELECT sum("in live") AS live_count, sum("in definition") AS definition_count
      FROM sides
      GROUP BY %1$s
    )
    SELECT coalesce(sum(definition_count), 0), coalesce(sum(abs(live_count - definition_count)), 0)
    FROM compared
  $statement$, columns, mart || '_live', mart || '_definition')
  INTO row_count, drift;
END
$$;
COMMENT ON FUNCTION mart.audit(text) IS
  'Compares a live mart with its definition, in the snapshot of the calling transaction. drift: rows that only one side has.';

-- Down Migration

DROP FUNCTION mart.audit(text);
DROP TABLE ops.audits;
