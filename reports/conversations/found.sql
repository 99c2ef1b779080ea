-- The calls that the filters let through; of a page, its own.
WITH
-- include: asked.sql
-- include: of-deals.sql
, found AS (
  SELECT call_id
  FROM (
    SELECT call_id, started_at
    FROM reporting.conversations_found(
      words => :q, participant => :participant, response => :response, score => :score, fields => :cf,
      call => :call, deal => :deal::uuid,
      reps => CASE WHEN num_nonnulls(:team, :owner) > 0 THEN ARRAY(SELECT user_id FROM reps) END,
      from_at => reporting.day_begins_at(:period_from), until_at => reporting.day_begins_at(:period_through + 1),
      newest => :rows_before + :rows_shown
    )
    WHERE num_nonnulls(:deals, :quartile) = 0
-- when: deals, quartile
    UNION ALL
    SELECT call_id, started_at
    FROM of_deals
-- end
  ) AS calls
  ORDER BY started_at DESC, call_id
  LIMIT :rows_shown
  OFFSET :rows_before
)
