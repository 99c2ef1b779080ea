WITH
-- include: owners.sql
SELECT
  found.activity_id,
  found.activity_type,
  found.subject,
  found.owner_user_id,
  coalesce(people.name, '(none)') AS owner_name,
  coalesce(people.team_name, '(none)') AS team_name,
  found.activity_at,
  found.completed_at IS NOT NULL AS is_completed,
  found.completed_at,
  found.completed_at IS NULL AND found.activity_at < reporting.day_begins_at(:today) AS is_overdue,
  found.created_at,
  CASE WHEN :q IS NOT NULL THEN reporting.activity_excerpt(found.activity_id, found.created_at, :q) END AS excerpt
FROM (
  SELECT found.*
  FROM asked
  CROSS JOIN LATERAL reporting.activities_found(
    words => :q, types => :type, is_completed => asked.is_completed,
    owners => CASE WHEN num_nonnulls(:team, :owner) > 0 THEN ARRAY(SELECT user_id FROM owners) END,
    from_at => reporting.day_begins_at(asked.from_on), until_at => reporting.day_begins_at(asked.through_on + 1),
    newest => :rows_before + :rows_shown
  ) AS found
  ORDER BY found.activity_at DESC, found.activity_id
  LIMIT :rows_shown
  OFFSET :rows_before
) AS found
LEFT JOIN reporting.users AS people ON people.user_id = found.owner_user_id
