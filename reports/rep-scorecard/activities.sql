-- Completed activities by week and type. A week without any is a week with 0.
WITH done AS (
  SELECT date_trunc('week', activity_on::timestamp)::date AS week_on, activity_type, sum(completed_count)::bigint AS activity_count
  FROM reporting.rep_daily_activities
  WHERE owner_user_id = ANY (:owner) AND activity_on BETWEEN :period_from AND :period_through
  GROUP BY 1, 2
  HAVING sum(completed_count) > 0
),
weeks AS (
  SELECT week_on::date
  FROM (
    SELECT
      CASE WHEN :period_days IS NULL THEN min(week_on) ELSE date_trunc('week', :period_from::timestamp)::date END AS first_on,
      CASE WHEN :period_days IS NULL THEN max(week_on) ELSE :period_through END AS last_on
    FROM done
  ) AS ends
  CROSS JOIN LATERAL generate_series(first_on::timestamp, last_on::timestamp, interval '7 days') AS week_on
)
SELECT week_on, activity_type, coalesce(activity_count, 0) AS activity_count
FROM weeks
CROSS JOIN (SELECT DISTINCT activity_type FROM done) AS types
LEFT JOIN done USING (week_on, activity_type)
ORDER BY activity_type, week_on
