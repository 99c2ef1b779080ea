-- Who sees all, and asks for no team, owner or field, takes sums.
WITH counts AS (
  SELECT
    date_trunc('week', day_on::timestamp)::date AS week_on,
    sum(created_count)::bigint AS created_count,
    sum(resolved_count)::bigint AS resolved_count,
    sum(reopened_count)::bigint AS reopened_count
  FROM (
    SELECT day_on, created_count, resolved_count, 0 AS reopened_count
    FROM reporting.case_days
    WHERE
-- include: sums.sql
      AND (:industry IS NULL OR industry = ANY (:industry))
      AND (:priority IS NULL OR priority = ANY (:priority))
      AND day_on BETWEEN :period_from AND :period_through
    UNION ALL
    SELECT opened_on, count(*), 0, 0
    FROM reporting.support_cases
-- include: filters.sql
      AND NOT
-- include: sums.sql
      AND opened_on BETWEEN :period_from AND :period_through
    GROUP BY opened_on
    UNION ALL
    SELECT first_resolved_on, 0, count(*), 0
    FROM reporting.support_cases
-- include: filters.sql
      AND NOT
-- include: sums.sql
      AND first_resolved_on BETWEEN :period_from AND :period_through
    GROUP BY first_resolved_on
    UNION ALL
    -- A case that is opened again twice in a week is one case.
    SELECT date_trunc('week', open_from_on::timestamp)::date, 0, 0, count(DISTINCT case_id)
    FROM reporting.case_open_times
-- include: filters.sql
      AND is_reopening
      AND open_from_on BETWEEN :period_from AND :period_through
    GROUP BY 1
  ) AS days
  GROUP BY 1
  -- What was taken off may leave nothing.
  HAVING sum(created_count + resolved_count + reopened_count) <> 0
),
weeks AS (
  SELECT monday::date AS week_on
  FROM (
    SELECT
      CASE WHEN :period_days IS NULL THEN min(week_on) ELSE date_trunc('week', :period_from::timestamp)::date END AS first_on,
      CASE WHEN :period_days IS NULL THEN max(week_on) ELSE :period_through END AS last_on
    FROM counts
    HAVING count(*) > 0
  ) AS ends
  CROSS JOIN LATERAL generate_series(first_on::timestamp, last_on::timestamp, interval '7 days') AS monday
)
SELECT
  week_on,
  greatest(week_on, :period_from) || '..' || least(week_on + 6, :period_through) AS week_days,
  coalesce(created_count, 0) AS created_count,
  coalesce(resolved_count, 0) AS resolved_count,
  coalesce(reopened_count, 0) AS reopened_count
FROM weeks
LEFT JOIN counts USING (week_on)
ORDER BY week_on
