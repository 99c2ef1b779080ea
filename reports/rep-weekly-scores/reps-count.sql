-- include: scope.sql
SELECT count(*) AS row_count
FROM pairs
