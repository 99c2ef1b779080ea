-- include: found.sql
, named AS (
  -- Call by call, which is fast for those of a page and for those that were searched…
  SELECT one.*
  FROM found
  CROSS JOIN LATERAL (
    SELECT * FROM reporting.conversations AS one WHERE one.call_id = found.call_id OFFSET 0
  ) AS one
  WHERE :rows_before IS NOT NULL OR NOT
-- include: plain.sql
  UNION ALL
  -- … and otherwise all at once.
  SELECT *
  FROM reporting.conversations
  WHERE :rows_before IS NULL AND
-- include: plain.sql
    AND started_at >= reporting.day_begins_at(:period_from)
    AND started_at < reporting.day_begins_at(:period_through + 1)
    AND (num_nonnulls(:team, :owner) = 0 OR rep_user_id = ANY (ARRAY(SELECT user_id FROM reps)))
)
SELECT
  call_id,
  title,
  started_at,
  rep_user_id,
  rep_name,
  team_name,
  company_name,
  opportunity_id,
  opportunity_name,
  opportunity_currency,
  duration_seconds,
  (SELECT signal_name FROM shown) AS signal_name,
  -- Looked up row by row, once the rows of the page are known.
  (
    SELECT scores.signal_value
    FROM reporting.conversation_signals AS scores
    WHERE scores.call_id = named.call_id
      AND scores.signal_name = (SELECT signal_name FROM shown)
      AND scores.is_newest
  ) AS score,
  (
    SELECT count(DISTINCT scores.signal_name)
    FROM reporting.conversation_signals AS scores
    WHERE scores.call_id = named.call_id
  ) AS signal_count,
  CASE WHEN :q IS NOT NULL THEN reporting.conversation_excerpt(call_id, :q) END AS excerpt
FROM named
