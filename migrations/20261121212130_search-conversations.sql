-- Up Migration

-- Searching calls. Neither @@ nor @> is leakproof: under the barrier of a view they would be asked of every call of everybody;
-- and no index gives the newest calls through a barrier. These functions look in the indexes, and give nothing of a call that
-- whoever asks may not see.

CREATE FUNCTION reporting.conversations_found(
  words text DEFAULT NULL,
  participant text DEFAULT NULL,
  response jsonb DEFAULT NULL,
  score jsonb DEFAULT NULL,
  fields jsonb DEFAULT NULL,
  call text DEFAULT NULL,
  deal uuid DEFAULT NULL,
  reps uuid[] DEFAULT NULL,
  from_at timestamptz DEFAULT NULL,
  until_at timestamptz DEFAULT NULL,
  newest integer DEFAULT NULL
)
RETURNS TABLE (call_id text, rep_user_id uuid, started_at timestamptz, week_on date, duration_seconds integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000 SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  wanted tsquery := websearch_to_tsquery('pg_catalog.english', words);
  sees_all boolean := crm.sees_all_rows('report:conversations');
  -- $1 to $13 stand for what follows USING.
  rep constant text := 'coalesce(calls.rep_user_id, ''00000000-0000-0000-0000-000000000000'')';
  conditions text[] := array_remove(ARRAY[
    CASE WHEN NOT sees_all THEN rep || ' = ANY ($1)' END,
    CASE WHEN wanted IS NOT NULL THEN 'calls.transcript_tsv @@ $2' END,
    CASE WHEN participant IS NOT NULL THEN
      '(calls.participants @> jsonb_build_array(jsonb_build_object(''email'', $3))
        OR calls.participants @> jsonb_build_array(jsonb_build_object(''email'', lower($3)))
        OR calls.participants @> jsonb_build_array(jsonb_build_object(''name'', $3)))'
    END,
    CASE WHEN response IS NOT NULL THEN 'calls.raw_response @> $4' END,
    CASE WHEN score IS NOT NULL THEN format(
      'EXISTS (
        SELECT
        FROM crm.conversation_signals AS scores
        WHERE scores.call_id = calls.call_id AND scores.signal_name = $5 AND scores.signal_value %s
          AND NOT EXISTS (
            SELECT FROM crm.conversation_signals AS newer
            WHERE newer.call_id = scores.call_id AND newer.signal_name = $5
              AND (newer.scored_at, newer.scoring_version COLLATE "C") > (scores.scored_at, scores.scoring_version)
          )
      )',
      CASE WHEN score ->> 'operator' IN ('>', '>=', '=', '<=', '<') THEN (score ->> 'operator') || ' $6' ELSE 'IS NOT NULL' END
    ) END,
    CASE WHEN fields IS NOT NULL THEN
      'calls.call_id IN (SELECT crm.keys_with(''crm.conversations'', ''call_id'', ''rep_user_id'', ''report:conversations'', $7))'
    END,
    CASE WHEN call IS NOT NULL THEN 'calls.call_id = $8' END,
    CASE WHEN deal IS NOT NULL THEN 'calls.opportunity_id = $9' END,
    CASE WHEN reps IS NOT NULL THEN rep || ' = ANY ($10)' END,
    CASE WHEN from_at IS NOT NULL THEN 'calls.started_at >= $11' END,
    CASE WHEN until_at IS NOT NULL THEN 'calls.started_at < $12' END
  ], NULL);
  query text;
  in_order text;
BEGIN
  -- Words too common to be searched, or only such as must not be there, which no index leads to.
  IF querytree(wanted) IN ('', 'T') THEN
    RETURN;
  END IF;
  query := format(
    'SELECT calls.call_id, %s AS rep_user_id, calls.started_at, date_trunc(''week'', calls.started_at AT TIME ZONE $13)::date, calls.duration_seconds
     FROM crm.conversations AS calls
     WHERE %s',
    rep, coalesce(nullif(array_to_string(conditions, ' AND '), ''), 'true')
  );
  IF newest IS NOT NULL THEN
    in_order := format('ORDER BY started_at DESC, call_id LIMIT %s', newest);
    query := CASE
      WHEN num_nonnulls(words, participant, response) = 0 THEN query || ' ' || in_order
      -- How common words are the planner may not know. Looked for one by one from the newest call on, rare ones would take all
      -- calls; common ones put together by their index, too.
      ELSE format(
        'WITH hits AS MATERIALIZED (%1$s),
         few AS MATERIALIZED (SELECT * FROM hits LIMIT 2001)
         (SELECT * FROM few WHERE (SELECT count(*) FROM few) <= 2000 %2$s)
         UNION ALL
         SELECT * FROM (%1$s %2$s) AS newest WHERE (SELECT count(*) FROM few) > 2000',
        query, in_order
      )
    END;
  END IF;
  RETURN QUERY EXECUTE query
  USING
    CASE WHEN NOT sees_all THEN crm.visible_user_ids('report:conversations') END, wanted, participant, response, score ->> 'signal', (score ->> 'value')::numeric,
    fields, call, deal, reps, from_at, until_at, ops.business_time_zone();
END
$$;
GRANT EXECUTE ON FUNCTION reporting.conversations_found(
  text, text, jsonb, jsonb, jsonb, text, uuid, uuid[], timestamptz, timestamptz, integer
) TO tidemark_reader;
COMMENT ON FUNCTION reporting.conversations_found(
  text, text, jsonb, jsonb, jsonb, text, uuid, uuid[], timestamptz, timestamptz, integer
) IS
  'The calls that one may see for which all of these hold, as far as they are given: words in the transcript ("one after the other", '
  'one or another, -without); an e-mail address or name of a participant; what the scoring service answered contains this; the '
  'newest score of a signal is such, as {"signal":"call_score","operator":">=","value":7}, or is there where no operator is given; '
  'custom fields, as in conversations_with; the call; its deal; its rep one of these; started between two instants. Only as many '
  'of the newest as asked for, where that is. None where nothing in the words can be searched.';

CREATE FUNCTION reporting.call_scores(call_ids text[], signal text) RETURNS TABLE (call_id text, score numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1000
SET search_path = pg_catalog, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off
SET jit = off SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
  visible text[] := call_ids;
BEGIN
  IF NOT crm.sees_all_rows('report:conversations') THEN
    visible := ARRAY(
      SELECT calls.call_id
      FROM unnest(call_ids) AS asked (call_id)
      JOIN crm.conversations AS calls ON calls.call_id = asked.call_id
      WHERE calls.rep_user_id = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[])
    );
  END IF;
  RETURN QUERY
    SELECT asked.call_id, newest.signal_value
    FROM unnest(visible) AS asked (call_id)
    CROSS JOIN LATERAL (
      SELECT signals.signal_value
      FROM crm.conversation_signals AS signals
      WHERE signals.call_id = asked.call_id AND signals.signal_name = signal
      ORDER BY signals.scored_at DESC, signals.scoring_version COLLATE "C" DESC
      LIMIT 1
    ) AS newest
    WHERE newest.signal_value IS NOT NULL;
END
$$;
GRANT EXECUTE ON FUNCTION reporting.call_scores(text[], text) TO tidemark_reader;
COMMENT ON FUNCTION reporting.call_scores(text[], text) IS
  'Newest scores for a signal of those of these calls that one may see, in the signal''s own unit. One row per call that has one.';

CREATE FUNCTION reporting.conversation_excerpt(call_id text, words text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN (
    SELECT ts_headline(
      'pg_catalog.english', calls.transcript, websearch_to_tsquery('pg_catalog.english', words),
      'StartSel=«, StopSel=», MaxFragments=2, MaxWords=16, MinWords=6, FragmentDelimiter=" … "'
    )
    FROM crm.conversations AS calls
    WHERE calls.call_id = conversation_excerpt.call_id
      AND (
        (SELECT crm.sees_all_rows('report:conversations'))
        OR calls.rep_user_id = ANY ((SELECT crm.visible_user_ids('report:conversations'))::uuid[])
      )
  );
END
$$;
GRANT EXECUTE ON FUNCTION reporting.conversation_excerpt(text, text) TO tidemark_reader;
COMMENT ON FUNCTION reporting.conversation_excerpt(text, text) IS
  'What was said around these words in a call that one may see, with the words in « and »; NULL where nothing was written down.';

INSERT INTO mart.function_sources (function_name, source)
VALUES
  ('conversations_found', 'crm.conversations'),
  ('conversations_found', 'crm.conversation_signals'),
  ('conversations_found', 'crm.companies'),
  ('conversations_found', 'ops.settings'),
  ('call_scores', 'crm.conversations'),
  ('call_scores', 'crm.conversation_signals'),
  ('conversation_excerpt', 'crm.conversations');

-- Down Migration

DELETE FROM mart.function_sources WHERE function_name IN ('conversations_found', 'call_scores', 'conversation_excerpt');
DROP FUNCTION reporting.conversation_excerpt(text, text);
DROP FUNCTION reporting.call_scores(text[], text);
DROP FUNCTION reporting.conversations_found(
  text, text, jsonb, jsonb, jsonb, text, uuid, uuid[], timestamptz, timestamptz, integer
);
