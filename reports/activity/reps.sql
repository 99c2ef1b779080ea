-- People who did something in the period or the one compared with, or have something planned in it.
WITH days AS (
  SELECT owner_user_id, activity_on, activity_type, completed_count, planned_count
  FROM reporting.rep_daily_activities
  WHERE activity_on BETWEEN :period_from AND :period_to
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
-- include: ../shared/of-team.sql
    AND (:type IS NULL OR activity_type = ANY (:type))
),
done AS (
  SELECT
    owner_user_id,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through) AS completed_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Call') AS call_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Email') AS email_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Meeting') AS meeting_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Task') AS task_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Note') AS note_count,
    sum(planned_count) FILTER (WHERE activity_on >= :today) AS planned_count,
    sum(planned_count) FILTER (WHERE activity_on <= least(:period_through, :today - 1)) AS overdue_count,
    max(activity_on) FILTER (WHERE activity_on <= :period_through AND completed_count > 0) AS last_on
  FROM days
  GROUP BY owner_user_id
),
earlier AS (
  SELECT owner_user_id, sum(completed_count) AS compare_completed_count
  FROM reporting.rep_daily_activities
  WHERE activity_on BETWEEN :compare_from AND :compare_through
    AND (:owner IS NULL OR owner_user_id = ANY (:owner))
-- include: ../shared/of-team.sql
    AND (:type IS NULL OR activity_type = ANY (:type))
  GROUP BY owner_user_id
),
figures AS (
  SELECT
    grouping(owner_user_id) = 1 AS is_total,
    owner_user_id,
    count(*) AS row_count,
    count(*) FILTER (WHERE owner_user_id <> '00000000-0000-0000-0000-000000000000') AS rep_count,
    count(*) FILTER (WHERE owner_user_id <> '00000000-0000-0000-0000-000000000000' AND coalesce(completed_count, 0) = 0) AS idle_count,
    coalesce(sum(completed_count), 0)::bigint AS completed_count,
    coalesce(sum(completed_count) FILTER (WHERE owner_user_id <> '00000000-0000-0000-0000-000000000000'), 0) AS of_reps_count,
    coalesce(sum(call_count), 0)::bigint AS call_count,
    coalesce(sum(email_count), 0)::bigint AS email_count,
    coalesce(sum(meeting_count), 0)::bigint AS meeting_count,
    coalesce(sum(task_count), 0)::bigint AS task_count,
    coalesce(sum(note_count), 0)::bigint AS note_count,
    CASE WHEN :compare_from IS NOT NULL THEN coalesce(sum(compare_completed_count), 0)::bigint END AS compare_completed_count,
    coalesce(sum(planned_count), 0)::bigint AS planned_count,
    coalesce(sum(overdue_count), 0)::bigint AS overdue_count,
    max(last_on) AS last_on
  FROM done
  FULL JOIN earlier USING (owner_user_id)
  GROUP BY GROUPING SETS ((owner_user_id), ())
)
SELECT
  part,
  part = 'reps' AND is_total AS is_total,
  CASE WHEN is_total THEN row_count END AS row_count,
  owner_user_id,
  CASE
    WHEN is_total THEN 'All ' || row_count || CASE row_count WHEN 1 THEN ' rep' ELSE ' reps' END
    ELSE coalesce(people.name, '(none)')
  END AS rep_name,
  CASE WHEN NOT is_total THEN coalesce(people.team_name, '(none)') END AS team_name,
  rep_count,
  idle_count,
  completed_count,
  call_count,
  email_count,
  meeting_count,
  task_count,
  note_count,
  round(completed_count / (nullif(:elapsed_days, 0) / 7.0), 4) AS week_mean,
  round(of_reps_count / nullif(rep_count, 0) / (nullif(:elapsed_days, 0) / 7.0), 4) AS rep_week_mean,
  compare_completed_count,
  round(completed_count / nullif(compare_completed_count, 0)::numeric - 1, 6) AS completed_change,
  planned_count,
  overdue_count,
  last_on
FROM figures
JOIN (VALUES ('summary', true), ('reps', true), ('reps', false)) AS parts (part, of_total) ON of_total = is_total
LEFT JOIN reporting.users AS people ON people.user_id = owner_user_id
WHERE row_count > 0 OR part = 'summary'
ORDER BY part, is_total DESC, completed_count DESC, rep_name, owner_user_id
