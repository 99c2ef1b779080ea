-- Who sees all, and asks for no team, owner or field, takes sums.
WITH first_day AS (
  SELECT least(:period_from, :compare_from) AS day_on
),
steps AS (
  SELECT
    day_on,
    sum(case_count) AS case_count,
    sum(opened_count) AS opened_count
  FROM (
    SELECT day_on, change_count, opened_count, case_count
    FROM reporting.backlog_steps
    WHERE
-- include: sums.sql
      AND (:industry IS NULL OR industry = ANY (:industry))
      AND (:priority IS NULL OR priority = ANY (:priority))
      AND day_on <= least(:period_through, :today)
    UNION ALL
    SELECT day_on, 1, opened, step
    FROM reporting.case_open_times
    CROSS JOIN LATERAL (VALUES (open_from_on, 1, 1), (open_until_on, 0, -1)) AS change (day_on, opened, step)
-- include: filters.sql
      AND NOT
-- include: sums.sql
      AND open_from_on <= least(:period_through, :today)
      AND (open_until_on > least(:period_from, :compare_from) OR open_until_on IS NULL)
      AND day_on IS NOT NULL
  ) AS changes
  GROUP BY day_on
  HAVING sum(change_count) <> 0
),
ends AS (
  SELECT
    -- All time begins with the first case.
    CASE WHEN :period_days IS NULL THEN (SELECT min(day_on) FROM steps) ELSE :period_from END AS first_on,
    least(:period_through, :today) AS last_on
),
days AS (
  SELECT
    day_number,
    first_on + day_number - 1 AS day_on,
    CASE WHEN :compare_from + day_number - 1 <= :compare_through THEN :compare_from + day_number - 1 END AS compare_on,
    last_on - first_on + 1 AS last_day
  FROM ends
  CROSS JOIN generate_series(1, last_on - first_on + 1) AS day_number
),
-- What is open at the end of a day: all that came until then, less all that went.
totals AS (
  SELECT day_on, sum(sum(case_count)) OVER (ORDER BY day_on)::bigint AS backlog_count
  FROM (
    SELECT day_on, case_count FROM steps
    UNION ALL
    SELECT day_on, 0 FROM days
    UNION ALL
    SELECT compare_on, 0 FROM days WHERE compare_on IS NOT NULL
  ) AS changes
  GROUP BY day_on
)
SELECT
  days.day_on,
  now.backlog_count,
  days.compare_on,
  compared.backlog_count AS compare_backlog_count
FROM days
JOIN totals AS now ON now.day_on = days.day_on
LEFT JOIN totals AS compared ON compared.day_on = days.compare_on
WHERE (
    -- A case was open then, or came in later.
    SELECT
      coalesce(sum(case_count) FILTER (WHERE steps.day_on <= first_day.day_on), 0) > 0
      OR coalesce(sum(opened_count) FILTER (WHERE steps.day_on > first_day.day_on AND steps.day_on <= least(:period_through, :today)), 0) > 0
    FROM steps, first_day
  )
  -- A year or more in some hundred steps; the last day always.
  AND (day_number = last_day OR day_number % greatest(1, last_day / 120) = 0)
ORDER BY days.day_on
