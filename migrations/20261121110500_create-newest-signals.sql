-- Up Migration

-- One wild score would otherwise overflow the means, and stop the refresh of everybody's.
ALTER TABLE crm.conversation_signals
  ADD CONSTRAINT conversation_signals_in_range CHECK (signal_value BETWEEN -1e12 AND 1e12);

-- Not DISTINCT ON: this way a report on few calls, or the recomputing of few groups, reaches their rows by index.
CREATE VIEW mart.newest_signals AS
SELECT signals.call_id, signals.signal_name, signals.signal_value
FROM crm.conversation_signals AS signals
WHERE signals.signal_value IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM crm.conversation_signals AS newer
    WHERE newer.call_id = signals.call_id
      AND newer.signal_name = signals.signal_name
      AND (newer.scored_at, newer.scoring_version COLLATE "C") > (signals.scored_at, signals.scoring_version)
  );
COMMENT ON VIEW mart.newest_signals IS
  'One row per call and numeric signal; unique by call_id, signal_name. Its newest score: '
  'latest scored_at, then highest scoring_version by its characters. A call whose newest score is words has no row.';
COMMENT ON COLUMN mart.newest_signals.call_id IS 'Call that was scored.';
COMMENT ON COLUMN mart.newest_signals.signal_name IS 'Signal that it was scored for.';
COMMENT ON COLUMN mart.newest_signals.signal_value IS 'Newest score, in the signal''s own unit.';

CREATE FUNCTION mart.newest_signals_of(call_id text) RETURNS TABLE (signal_name text, signal_value numeric)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
  WITH newest AS (
    SELECT DISTINCT ON (signals.signal_name) signals.signal_name, signals.signal_value
    FROM crm.conversation_signals AS signals
    WHERE signals.call_id = newest_signals_of.call_id
    ORDER BY signals.signal_name, signals.scored_at DESC, signals.scoring_version COLLATE "C" DESC
  )
  SELECT newest.signal_name, newest.signal_value
  FROM newest
  WHERE newest.signal_value IS NOT NULL;
END;
COMMENT ON FUNCTION mart.newest_signals_of(text) IS
  'What mart.newest_signals has for one call: the same, with half the look-ups where a few calls are asked for one by one.';

-- Down Migration

DROP FUNCTION mart.newest_signals_of(text);
DROP VIEW mart.newest_signals;
ALTER TABLE crm.conversation_signals DROP CONSTRAINT conversation_signals_in_range;
