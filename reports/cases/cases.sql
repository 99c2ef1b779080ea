-- include: scope.sql
-- The day since which there are as many cases as a page ends with: sums tell it, or an index has the days, and the cases since then
-- alone are looked up.
, days AS (
  SELECT opened_on, sum(sum(case_count)) OVER (ORDER BY opened_on DESC) AS counted
  FROM (
-- include: days.sql
      AND :rows_before IS NOT NULL
  ) AS sums
  GROUP BY opened_on
),
first_day AS (
  SELECT max(opened_on) AS opened_on
  FROM (
    SELECT opened_on FROM days WHERE counted >= :rows_before + :rows_shown
    UNION ALL
    (
      SELECT opened_on
      FROM scope
      WHERE :rows_before IS NOT NULL AND NOT
-- include: sums.sql
      ORDER BY opened_on DESC
      LIMIT 1
      OFFSET :rows_before + :rows_shown - 1
    )
  ) AS ends
)
SELECT
  case_id,
  case_number,
  subject,
  company_name,
  industry,
  owner_user_id,
  owner_name,
  team_name,
  priority,
  status,
  opened_on,
  opened_at,
  CASE WHEN is_open THEN :today - opened_on END AS age_days,
  round(seconds_to_first_reply / 3600, 4) AS response_hours,
  round(seconds_to_first_resolution / 3600, 4) AS resolution_hours,
  round(seconds_to_last_resolution / 3600, 4) AS full_hours,
  reopen_count
FROM (
  SELECT *
  FROM scope
  WHERE opened_on >= (SELECT coalesce(max(opened_on), '-infinity') FROM first_day)
  ORDER BY opened_on DESC, case_number DESC
  LIMIT :rows_shown
  OFFSET :rows_before
) AS page
