-- Day by day: what was won so far, what was at the same place of the period compared with, and the quota that falls to the days
-- so far. `won (close_on, amount)` says what was won on which day.
-- All time begins and ends with the first and the last won deal.
ends AS (
  SELECT
    CASE WHEN :period_days IS NULL THEN min(close_on) ELSE :period_from END AS first_on,
    CASE WHEN :period_days IS NULL THEN max(close_on) ELSE :period_to END AS last_on
  FROM won
),
days AS (
  SELECT day_number, first_on + day_number - 1 AS day_on, :compare_from + day_number - 1 AS compare_on, last_day
  FROM (SELECT first_on, last_on - first_on + 1 AS last_day FROM ends) AS period
  CROSS JOIN generate_series(1, last_day) AS day_number
),
running AS (
  SELECT
    day_number,
    day_on,
    last_day,
    sum(now.amount) OVER (ORDER BY day_number) AS won_amount,
    sum(compared.amount) OVER (ORDER BY day_number) AS compare_won_amount,
    compare_on
  FROM days
  LEFT JOIN won AS now ON now.close_on = day_on AND day_on <= :period_through
  LEFT JOIN won AS compared ON compared.close_on = compare_on AND compare_on <= :compare_to
)
SELECT
  day_on,
  CASE WHEN day_on <= :period_through THEN coalesce(won_amount, 0) END AS won_amount,
  CASE WHEN compare_on <= :compare_to THEN compare_on END AS compare_on,
  CASE WHEN compare_on <= :compare_to THEN coalesce(compare_won_amount, 0) END AS compare_won_amount,
  quota_amount
FROM running
LEFT JOIN LATERAL (
-- include: ../shared/quota-by-day.sql
) AS quota ON true
-- A year or more in some hundred steps; the last day always, so that the line ends at the total.
WHERE day_number = last_day OR day_on = :period_through OR day_number % greatest(1, last_day / 120) = 0
ORDER BY day_on
