-- People who did something in the period or the one compared with, or have something planned in it.
WITH days AS (
-- include: rep-days.sql
),
-- By person and whole month, and the other days together.
parts AS (
  SELECT
    owner_user_id,
    CASE WHEN is_month THEN activity_on END AS month_on,
    sum(completed_count + planned_count) AS activity_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through) AS completed_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Call') AS call_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Email') AS email_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Meeting') AS meeting_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Task') AS task_count,
    sum(completed_count) FILTER (WHERE activity_on <= :period_through AND activity_type = 'Note') AS note_count,
    sum(planned_count) FILTER (WHERE activity_on >= :today) AS planned_count,
    sum(planned_count) FILTER (WHERE activity_on <= least(:period_through, :today - 1)) AS overdue_count,
    max(activity_on) FILTER (WHERE NOT is_month AND activity_on <= :period_through AND completed_count > 0) AS last_on
  FROM days
  GROUP BY 1, 2
),
done AS (
  SELECT
    owner_user_id,
    sum(completed_count) AS completed_count,
    sum(call_count) AS call_count,
    sum(email_count) AS email_count,
    sum(meeting_count) AS meeting_count,
    sum(task_count) AS task_count,
    sum(note_count) AS note_count,
    sum(planned_count) AS planned_count,
    sum(overdue_count) AS overdue_count,
    max(last_on) AS last_on,
    max(month_on) FILTER (WHERE completed_count > 0) AS last_month_on
  FROM parts
  GROUP BY owner_user_id
  -- What was taken off may leave nothing.
  HAVING sum(activity_count) <> 0
),
-- Of who did nothing since the last whole month with something, the last day is looked up in that month.
lasts AS (
  SELECT owner_user_id, max(found.activity_on) AS last_on
  FROM done
  CROSS JOIN LATERAL (
    SELECT activity_on
    FROM reporting.rep_activity_parts
    WHERE owner_user_id = done.owner_user_id
      AND activity_on BETWEEN done.last_month_on AND (done.last_month_on + interval '1 month')::date - 1
      AND completed_count > 0
      AND (:type IS NULL OR activity_type = ANY (:type))
    OFFSET 0
  ) AS found
  WHERE done.last_on IS NULL OR done.last_on < done.last_month_on
  GROUP BY owner_user_id
),
earlier AS (
  SELECT owner_user_id, sum(completed_count) AS compare_completed_count
  FROM (
-- include: compared-days.sql
  ) AS days
  GROUP BY owner_user_id
  HAVING sum(completed_count + planned_count) <> 0
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
    max(coalesce(lasts.last_on, done.last_on)) AS last_on
  FROM done
  LEFT JOIN lasts USING (owner_user_id)
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
