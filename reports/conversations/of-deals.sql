-- when: deals, quartile
,
-- Of deals the period is that of their close, and their calls are those before.
of_deals AS (
  SELECT calls.call_id, calls.rep_user_id, calls.started_at, calls.week_on, calls.duration_seconds
  FROM reporting.signal_outcomes AS outcomes
  CROSS JOIN LATERAL (
    SELECT *
    FROM reporting.conversations AS calls
    WHERE calls.opportunity_id = outcomes.opportunity_id
      AND calls.started_on < outcomes.close_on
    OFFSET 0
  ) AS calls
  WHERE outcomes.signal_name = (SELECT signal_name FROM shown)
    AND outcomes.close_on BETWEEN :period_from AND :period_through
    AND (coalesce(:deals, 'closed') = 'closed' OR outcomes.status = :deals)
    AND (:quartile IS NULL OR outcomes.quartile IS NOT NULL AND :quartile IN ('any', 'Q' || outcomes.quartile))
    AND (num_nonnulls(:team, :owner) = 0 OR calls.rep_user_id = ANY (ARRAY(SELECT user_id FROM reps)))
    AND (:deal IS NULL OR outcomes.opportunity_id = :deal::uuid)
    AND (
      num_nonnulls(:q, :participant, :response, :score, :cf, :call) = 0
      OR calls.call_id IN (
        SELECT found.call_id
        FROM reporting.conversations_found(
          words => :q, participant => :participant, response => :response, score => :score, fields => :cf, call => :call
        ) AS found
      )
    )
)
-- end
