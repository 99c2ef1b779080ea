-- What was done, by type: by day in a period of up to five weeks, else by week. Who sees all, and filters none, takes sums of days.
WITH days AS (
  SELECT activity_on, activity_type, completed_count, planned_count
  FROM reporting.activity_days
  WHERE :sees_all AND num_nonnulls(:team, :owner) = 0
    AND activity_on BETWEEN least(:period_from, :compare_from) AND :period_to
    AND (:type IS NULL OR activity_type = ANY (:type))
  UNION ALL
  SELECT activity_on, activity_type, sum(completed_count), sum(planned_count)
  FROM reporting.rep_activity_parts
  WHERE NOT (:sees_all AND num_nonnulls(:team, :owner) = 0)
    AND activity_on BETWEEN least(:period_from, :compare_from) AND :period_to
-- include: asked.sql
  GROUP BY activity_on, activity_type
),
types AS (
  SELECT
    activity_type,
    coalesce(sum(completed_count) FILTER (WHERE activity_on BETWEEN :period_from AND :period_through), 0)::bigint AS completed_count,
    CASE WHEN :compare_from IS NOT NULL THEN
      coalesce(sum(completed_count) FILTER (WHERE activity_on BETWEEN :compare_from AND :compare_through), 0)::bigint
    END AS compare_completed_count,
    coalesce(sum(planned_count) FILTER (WHERE activity_on BETWEEN greatest(:period_from, :today) AND :period_to), 0)::bigint AS planned_count,
    coalesce(sum(planned_count) FILTER (WHERE activity_on BETWEEN :period_from AND least(:period_through, :today - 1)), 0)::bigint AS overdue_count,
    grouping(activity_type) = 1 AS is_total
  FROM days
  GROUP BY GROUPING SETS ((activity_type), ())
  HAVING count(*) > 0
),
buckets AS (
  SELECT
    CASE WHEN :period_days <= 35 THEN activity_on ELSE date_trunc('week', activity_on::timestamp)::date END AS begins_on,
    activity_type,
    sum(completed_count)::bigint AS completed_count
  FROM days
  WHERE activity_on BETWEEN :period_from AND :period_through
  GROUP BY 1, 2
  -- Sums come in parts, of which some take off.
  HAVING sum(completed_count) > 0
),
-- A day or week with none is 0: of a period of up to two years all, of a longer one those between the first and the last.
ends AS (
  SELECT
    CASE WHEN :period_days <= 731 THEN :period_from ELSE min(begins_on) END AS first_on,
    CASE WHEN :period_days <= 731 THEN :period_through ELSE max(begins_on) END AS last_on
  FROM buckets
  HAVING count(*) > 0
),
calendar AS (
  SELECT day::date AS begins_on
  FROM ends
  CROSS JOIN LATERAL generate_series(
    CASE WHEN :period_days <= 35 THEN first_on ELSE date_trunc('week', first_on::timestamp)::date END, last_on,
    CASE WHEN :period_days <= 35 THEN interval '1 day' ELSE interval '7 days' END
  ) AS day
)
SELECT *
FROM (
  SELECT
    'types' AS part,
    is_total,
    CASE WHEN is_total THEN count(*) OVER () - 1 END AS row_count,
    CASE WHEN is_total THEN 'All types' ELSE activity_type END AS activity_type,
    NULL::date AS begins_on,
    NULL AS bucket_days,
    completed_count,
    round(completed_count / nullif(sum(completed_count) FILTER (WHERE is_total) OVER (), 0)::numeric, 6) AS completed_share,
    compare_completed_count,
    round(completed_count / nullif(compare_completed_count, 0)::numeric - 1, 6) AS completed_change,
    planned_count,
    overdue_count
  FROM types
  WHERE is_total OR completed_count + coalesce(compare_completed_count, 0) + planned_count + overdue_count > 0
  UNION ALL
  SELECT
    'days',
    false,
    NULL,
    names.activity_type,
    calendar.begins_on,
    greatest(calendar.begins_on, :period_from)
      || '..' || least(calendar.begins_on + CASE WHEN :period_days <= 35 THEN 0 ELSE 6 END, :period_through),
    coalesce(buckets.completed_count, 0),
    NULL,
    NULL,
    NULL,
    NULL,
    NULL
  FROM calendar
  CROSS JOIN (SELECT DISTINCT activity_type FROM buckets) AS names
  LEFT JOIN buckets ON buckets.begins_on = calendar.begins_on AND buckets.activity_type = names.activity_type
) AS parts
ORDER BY part, is_total DESC, begins_on, CASE part WHEN 'types' THEN -completed_count END, activity_type
