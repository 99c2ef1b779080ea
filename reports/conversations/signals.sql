WITH
-- include: asked.sql
-- include: of-deals.sql
, few AS MATERIALIZED (
  SELECT call_id
  FROM reporting.conversations_found(
    words => :q, participant => :participant, response => :response, score => :score, fields => :cf,
    call => :call, deal => :deal::uuid,
    reps => CASE WHEN num_nonnulls(:team, :owner) > 0 THEN ARRAY(SELECT user_id FROM reps) END,
    from_at => reporting.day_begins_at(:period_from), until_at => reporting.day_begins_at(:period_through + 1),
    newest => 26
  )
  WHERE num_nonnulls(:deals, :quartile) = 0
-- when: deals, quartile
  UNION ALL
  (SELECT call_id FROM of_deals LIMIT 26)
-- end
)
SELECT
  scores.started_at,
  scores.call_id,
  scores.rep_name,
  scores.signal_name,
  scores.signal_value,
  scores.signal_text,
  scores.confidence,
  scores.scoring_version,
  scores.scored_at,
  NOT scores.is_newest AS is_replaced
FROM few
CROSS JOIN LATERAL (
  SELECT * FROM reporting.conversation_signals AS scores WHERE scores.call_id = few.call_id OFFSET 0
) AS scores
-- Of more calls nobody reads them one by one.
WHERE (SELECT count(*) FROM few) <= 25
  AND (:signal IS NULL OR scores.signal_name = ANY (:signal))
ORDER BY scores.started_at DESC, scores.call_id, scores.signal_name, scores.scored_at DESC, scores.scoring_version COLLATE "C" DESC
