-- Slipped deals with names, and how often each was pushed since the period began.
moves AS (
  SELECT opportunity_id, count(*) AS push_count
  FROM reporting.pipeline_history
  WHERE is_push AND valid_from_on >= :period_from AND opportunity_id IN (SELECT opportunity_id FROM slipped)
  GROUP BY opportunity_id
),
slipped_deals AS (
  SELECT
    slipped.opportunity_id,
    slipped.opportunity_name,
    slipped.company_name,
    slipped.owner_user_id,
    coalesce(people.name, '(none)') AS owner_name,
    coalesce(people.team_name, '(none)') AS team_name,
    :currency AS currency,
    slipped.amount,
    slipped.was_due_on,
    slipped.due_on,
    slipped.due_on - slipped.was_due_on AS moved_days,
    coalesce(moves.push_count, 0) AS push_count,
    slipped.present_amount,
    slipped.stage,
    slipped.status
  FROM slipped
  LEFT JOIN moves USING (opportunity_id)
  LEFT JOIN reporting.users AS people ON people.user_id = slipped.owner_user_id
)
