-- include: scope.sql
-- The day until which there are as many deals as a page ends with: an index has the days, and the deals until then alone are looked up.
, last_day AS (
  SELECT close_on
  FROM scope
  WHERE :rows_before IS NOT NULL
  ORDER BY close_on
  LIMIT 1
  OFFSET :rows_before + :rows_shown - 1
)
SELECT *
FROM (
  SELECT *
  FROM scope
  WHERE close_on <= coalesce((SELECT close_on FROM last_day), 'infinity')
    OR (close_on IS NULL AND :period_days IS NULL AND (SELECT close_on FROM last_day) IS NULL)
  ORDER BY close_on, opportunity_name, opportunity_id
  LIMIT :rows_shown
  OFFSET :rows_before
) AS page
