WITH times AS (
  SELECT open_from_on, open_until_on
  FROM reporting.case_open_times
-- include: filters.sql
    AND open_from_on <= least(:period_through, :today)
    AND (open_until_on > least(:period_from, :compare_from) OR open_until_on IS NULL)
),
steps AS (
  SELECT open_from_on AS day_on, 1 AS step FROM times
  UNION ALL
  SELECT open_until_on, -1 FROM times WHERE open_until_on IS NOT NULL
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
  SELECT day_on, sum(sum(step)) OVER (ORDER BY day_on)::bigint AS backlog_count
  FROM (
    SELECT day_on, step FROM steps
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
WHERE EXISTS (SELECT FROM times)
  -- A year or more in some hundred steps; the last day always.
  AND (day_number = last_day OR day_number % greatest(1, last_day / 120) = 0)
ORDER BY days.day_on
