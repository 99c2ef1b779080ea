-- include: scope.sql
SELECT
  'All ' || count(*) || CASE count(*) WHEN 1 THEN ' deal' ELSE ' deals' END AS opportunity_name,
  count(*) AS row_count
FROM scope
