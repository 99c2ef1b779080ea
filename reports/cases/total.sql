-- include: scope.sql
SELECT
  'All ' || count(*) || CASE count(*) WHEN 1 THEN ' case' ELSE ' cases' END AS subject,
  count(*) AS row_count
FROM scope
