-- include: scope.sql
, counts AS (
  SELECT sum(case_count)::bigint AS case_count
  FROM (
-- include: days.sql
    UNION ALL
    SELECT NULL, count(*)
    FROM scope
    WHERE NOT
-- include: sums.sql
  ) AS parts
)
SELECT
  'All ' || coalesce(case_count, 0) || CASE case_count WHEN 1 THEN ' case' ELSE ' cases' END AS subject,
  coalesce(case_count, 0) AS row_count
FROM counts
