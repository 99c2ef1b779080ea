-- include: scope.sql
SELECT
  'All ' || count(*) || CASE count(*) WHEN 1 THEN ' lead' ELSE ' leads' END AS lead_name,
  count(*) AS row_count
FROM scope
